"""Stakeholders whom a candidate interviews: what they say first, what they know, what is unclear.

Everything they can ever say stands here. A fact is told when it is asked for and never before.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.domain.question import Slug, Text

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=600)]
AGAIN = "As I said: "
Kind = Literal["fact", "ambiguity", "gap"]


class _Authored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Known(_Authored):
    """One thing a stakeholder can tell. `asks` are questions that bring it up.

    An *ambiguity* makes clear a `phrase` of the brief or of a fact; a *gap* is something nobody
    thought of before, which the answer admits.
    """

    id: Slug
    kind: Kind = "fact"
    title: Text
    says: Said
    asks: tuple[Said, ...] = Field(min_length=2, max_length=8)
    phrase: str | None = None


class Stakeholder(_Authored):
    """One person with a wish, to be interviewed about it."""

    id: Slug
    version: int = Field(default=1, ge=1)
    title: Text
    name: Text
    brief: Text
    known: tuple[Known, ...] = Field(min_length=4, max_length=30)
    unknown: tuple[Said, ...] = Field(min_length=1, max_length=5)
    meta: Said
    noted: Said

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        ids = [one.id for one in self.known]
        if len(set(ids)) != len(ids):
            raise ValueError(f"ids of what {self.id!r} knows must differ")
        spoken = " ".join([self.brief, *(k.says for k in self.known if k.kind == "fact")])
        for one in self.known:
            if (one.kind == "ambiguity") != (one.phrase is not None):
                raise ValueError(f"{one.id!r}: an ambiguity, and nothing else, has a phrase")
            if one.phrase is not None and one.phrase not in spoken:
                raise ValueError(f"{one.id!r}: the phrase {one.phrase!r} is never said")
        return self

    @property
    def lines(self) -> dict[str, str]:
        """Everything that can be said, by a short name; a voice speaks these and nothing else."""
        told = {one.id: one.says for one in self.known}
        return {
            "brief": self.brief,
            "meta": self.meta,
            "noted": self.noted,
            **{f"unknown-{place}": says for place, says in enumerate(self.unknown)},
            **{f"known-{name}": says for name, says in told.items()},
            **{f"again-{name}": f"{AGAIN}{says}" for name, says in told.items()},
        }

    def of_kind(self, kind: Kind) -> tuple[Known, ...]:
        """What is known of one kind."""
        return tuple(one for one in self.known if one.kind == kind)
