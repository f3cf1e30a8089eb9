"""Scripted candidates: what each does when it is asked, as authored YAML.

A candidate is a policy, not a transcript: rules say what to do when a question, a follow-up or
something said again is heard. Words in braces stand for what fits the question that is open:
`{best}`, `{middling}` and `{weak}` are its exemplars, `{reference}` its reference answer,
`{point}` the reference point that a follow-up opens, `{term}` a technical term, `{asked}` what was
just asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.adapters.files.yaml_files import read_yaml
from app.bench.errors import BenchRefused
from app.dialogue.events import CommandName
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.domain.question import Slug

Cue = Literal["question", "follow_up", "again", "closing", "any"]
Want = Literal["answer", "verdict", "identity", "meaning", "time"]
_DOINGS = ("say", "pause", "command", "type", "over", "murmur", "more", "noise", "leave", "still")


class _Scripted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Act(_Scripted):
    """One thing that a candidate does; exactly one of the first ten is given.

    `say` speaks; `pause` is silent for seconds within an answer; `still` says nothing for seconds;
    `command` presses a button; `type` sends a typed answer; `over` speaks while we do, `after`
    seconds from our first word; `murmur` is a backchannel over us; `more` goes on `after` seconds
    after the turn had ended; `noise` is a sound without words; `leave` loses the connection.
    `means` says which spoken command the words are, `wants` what the candidate asks of us.
    """

    say: str | None = None
    pause: float | None = Field(default=None, gt=0, le=60)
    still: float | None = Field(default=None, gt=0, le=300)
    command: CommandName | None = None
    type: str | None = None
    over: str | None = None
    murmur: str | None = None
    more: str | None = None
    noise: float | None = Field(default=None, gt=0, le=10)
    leave: float | None = Field(default=None, gt=0, le=120)
    after: float = Field(default=1.0, ge=0, le=60)
    means: CommandName | None = None
    wants: Want | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = [name for name in _DOINGS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected one of {', '.join(_DOINGS)}, found {len(given)}")
        return self

    @property
    def words(self) -> str | None:
        """What is said aloud, if anything."""
        return self.say or self.over or self.murmur or self.more


class Rule(_Scripted):
    """What to do on a cue; the ways are taken in turn, beginning with the one of the seed.

    `numbers` limits it to some questions, counted from 1; `once` to the first time.
    """

    to: Cue
    numbers: tuple[int, ...] = ()
    once: bool = False
    ways: tuple[tuple[Act, ...], ...] = Field(min_length=1)


class Persona(_Scripted):
    """A scripted candidate and the interviews that it takes."""

    id: Slug
    about: str = Field(min_length=10)
    tracks: tuple[Slug, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = Field(default=(1,), min_length=1)
    asks: int = Field(default=3, ge=1, le=10)
    minutes: float = Field(default=12.0, ge=2, le=60)
    purpose: Purpose = Purpose.PRACTICE
    blocks_per_word: int = Field(default=3, ge=1, le=10)
    code: str | None = None
    code_language: str = "python"
    questions: tuple[Slug, ...] = ()
    ends_early: bool = False
    never_says: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = Field(min_length=1)


def read_personas(folder: Path) -> tuple[Persona, ...]:
    """All scripted candidates of a folder, by id.

    Raises:
        BenchRefused: there is none, or one breaks the schema; the message names the file.
    """
    if not folder.is_dir():
        raise BenchRefused(f"expected a folder of scripted candidates, found none at {folder}")
    found = tuple(_read(path) for path in sorted(folder.glob("*.yaml")))
    if not found:
        raise BenchRefused(f"expected scripted candidates (*.yaml) in {folder}, found none")
    return found


def _read(path: Path) -> Persona:
    try:
        persona = Persona.model_validate(read_yaml(path, path.name))
    except BadContent as error:
        raise BenchRefused(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise BenchRefused(f"{path.name}: {where}: {first['msg']}") from error
    if persona.id != path.stem:
        raise BenchRefused(f"{path.name}: id: expected {path.stem!r}, found {persona.id!r}")
    return persona
