"""Forms as Pydantic types, and their errors in words for the page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import FormData

from app.domain.consent import Modality, Purpose
from app.domain.question import Slug

Accommodation = Literal[
    "more_time", "slower_speech", "text_only", "breaks", "no_time_limit", "larger_text"
]
# What every form of ours carries; `app.web.sessions` checks it.
TOKEN = "csrf"  # noqa: S105 - a name, not a secret
# Of the analysers, this one reads nothing but kept sound.
NO_SOUND = (
    "Voice is estimated from the kept sound: switch “Keep the sound” on as well, or Voice off."
)
Language = Literal["python", "javascript", "java", "c", "cpp", "go", "rust", "sql", "other"]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PrepareForm(_Form):
    """What the prepare page asks."""

    track: Slug = "sample"
    purpose: Purpose = Purpose.PRACTICE
    job: Annotated[str, StringConstraints(max_length=20_000)] = ""
    resume: Annotated[str, StringConstraints(max_length=20_000)] = ""
    code: Annotated[str, StringConstraints(max_length=100_000)] = ""
    language: Language = "python"
    asks: int | None = Field(None, ge=1, le=30)
    minutes: float | None = Field(None, ge=5, le=120)
    question: Slug | None = None
    accommodations: tuple[Accommodation, ...] = ()


class AgreeForm(_Form):
    """The choices before the interview."""

    way: Literal["voice", "type", "text"] = "voice"
    modality: tuple[Modality, ...] = ()


class WeightsForm(_Form):
    """Weights of the report's three parts, in percent or any other unit."""

    content: float = Field(ge=0, le=100)
    delivery: float = Field(ge=0, le=100)
    presence: float = Field(ge=0, le=100)


class AmendForm(_Form):
    """The speaker's own words in place of mis-heard ones."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class UploadForm(_Form):
    """What may be analysed in a recording, and the question that it answers."""

    modality: tuple[Modality, ...] = ()
    question: Slug | None = None


class WithdrawForm(_Form):
    """One consent to take back, and the page to come back to."""

    modality: Modality
    back: Literal["report", "consents"] = "report"


def fields(form: FormData, *, lists: tuple[str, ...] = ()) -> dict[str, object]:
    """The form's own text fields; empty ones are left out so that defaults apply."""
    values: dict[str, object] = {name: form.getlist(name) for name in lists}
    for name in form:
        value = form[name]
        if name == TOKEN:
            continue
        if name not in lists and isinstance(value, str) and value.strip():
            values[name] = value
    return values


def problems(error: ValidationError) -> dict[str, str]:
    """One sentence per field."""
    found: dict[str, str] = {}
    for item in error.errors(include_url=False):
        name = str(item["loc"][0]) if item["loc"] else "form"
        found.setdefault(name, item["msg"].rstrip(".") + ".")
    return found
