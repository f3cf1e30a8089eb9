"""What the API answers, as types: they are its documentation, and are checked on the way out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.domain.consent import Modality, Purpose
from app.domain.interview import Interview
from app.domain.person import LONGEST_EMAIL, LONGEST_NAME, Person, Role
from app.domain.question import Slug


def _plain(text: str) -> str:
    """Without spaces around it, and what no store keeps. Its length was looked at before."""
    return text.replace("\x00", "").strip()


def _said(text: str) -> str:
    plain = _plain(text)
    if not plain:
        raise ValueError("expected some words")
    return plain


Storable = AfterValidator(lambda text: text.replace("\x00", ""))
Plain = AfterValidator(_plain)
Said = AfterValidator(_said)
Text80 = Annotated[str, StringConstraints(min_length=1, max_length=80), Said]
Text300 = Annotated[str, StringConstraints(min_length=1, max_length=300), Said]
Text2000 = Annotated[str, StringConstraints(min_length=1, max_length=2000), Said]
Text8000 = Annotated[str, StringConstraints(min_length=1, max_length=8000), Said]
Text20000 = Annotated[str, StringConstraints(min_length=1, max_length=20_000), Said]
Reason = Annotated[str, StringConstraints(max_length=2000), Plain]


class Model(BaseModel):
    """What goes in or out: nothing besides what is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(BaseModel):
    """What goes out, read from the attributes of what a use case gave."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Detail(Model):
    """Why something was refused."""

    detail: str


class NewInterview(Model):
    """What to make."""

    track: Slug
    purpose: Purpose = Purpose.PRACTICE
    consents: tuple[Modality, ...] = ()
    recording: bool = True  # a consent to audio is one to its recording, unless this says no
    code: Annotated[str, StringConstraints(max_length=100_000), Storable] = ""
    language: Annotated[str, StringConstraints(max_length=40), Storable] = "python"
    order: Literal["authored", "adaptive"] = "authored"
    seed: int = Field(0, ge=0, le=2**31 - 1)
    asks: int | None = Field(None, ge=1, le=30)
    minutes: float | None = Field(None, ge=1, le=120)
    questions: tuple[Slug, ...] = ()


class Made(Model):
    """The id of what was made."""

    id: UUID


class TrackSummary(Model):
    """A track that can be interviewed over."""

    id: str
    title: str
    asks: int


class InterviewSummary(Model):
    """Where an interview stands."""

    id: UUID
    title: str
    track: str
    purpose: Purpose
    status: str
    created_at: datetime

    @classmethod
    def of(cls, interview: Interview) -> InterviewSummary:
        """That of an interview."""
        return cls(
            id=interview.id,
            title=interview.title,
            track=interview.track_id,
            purpose=interview.purpose,
            status=interview.status.value,
            created_at=interview.created_at,
        )


class Myself(Model):
    """Who asks. Without accounts `id` is null."""

    id: UUID | None
    name: str
    roles: tuple[Role, ...]


class PersonSummary(Model):
    """Somebody with an account."""

    id: UUID
    name: str
    email: str
    role: Role
    disabled: bool

    @classmethod
    def of(cls, person: Person) -> PersonSummary:
        """That of a person."""
        return cls(
            id=person.id,
            name=person.name,
            email=person.email,
            role=person.role,
            disabled=person.disabled_at is not None,
        )


class NewPerson(Model):
    """Whom to invite."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    email: Annotated[str, StringConstraints(min_length=3, max_length=LONGEST_EMAIL)]
    role: Role = Role.CANDIDATE


class Invitation(Model):
    """A new link; it is told once."""

    id: UUID
    link: str
    expires_at: datetime


class PersonChange(Model):
    """What to change; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None


class Readers(Model):
    """The interviewers who may read an interview."""

    people: tuple[UUID, ...]


def also(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Refusals of one operation, besides those that every one may give."""
    return {code: {"model": Detail} for code in codes}


Report = dict[str, Any]
ALWAYS: dict[int | str, dict[str, Any]] = {
    code: {"model": Detail} for code in (400, 401, 403, 413, 422, 429, 503)
}
