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

Storable = AfterValidator(lambda text: text.replace("\x00", ""))


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Detail(_Model):
    """Why something was refused."""

    detail: str


class NewInterview(_Model):
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


class Made(_Model):
    """The id of what was made."""

    id: UUID


class TrackSummary(_Model):
    """A track that can be interviewed over."""

    id: str
    title: str
    asks: int


class InterviewSummary(_Model):
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


class Myself(_Model):
    """Who asks. Without accounts `id` is null."""

    id: UUID | None
    name: str
    roles: tuple[Role, ...]


class PersonSummary(_Model):
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


class NewPerson(_Model):
    """Whom to invite."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    email: Annotated[str, StringConstraints(min_length=3, max_length=LONGEST_EMAIL)]
    role: Role = Role.CANDIDATE


class Invitation(_Model):
    """A new link; it is told once."""

    id: UUID
    link: str
    expires_at: datetime


class PersonChange(_Model):
    """What to change; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None


class Readers(_Model):
    """The interviewers who may read an interview."""

    people: tuple[UUID, ...]


Report = dict[str, Any]
ALWAYS: dict[int | str, dict[str, Any]] = {
    code: {"model": Detail} for code in (400, 401, 403, 413, 422, 429, 503)
}
