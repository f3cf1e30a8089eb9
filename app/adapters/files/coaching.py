"""What the coach is given in files: notes of knowledge, and how people ask."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.adapters.files.yaml_files import read_yaml
from app.domain.coaching import Note
from app.domain.errors import BadContent

AUTHOR = "comes with Sounding"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Note(_File):
    id: str
    version: int = Field(ge=1)
    title: str
    text: str
    sources: tuple[str, ...]
    asks: tuple[str, ...]


class _Notes(_File):
    notes: tuple[_Note, ...]


class _Intents(_File):
    intents: dict[str, tuple[str, ...]]


def load_notes(folder: Path, at: datetime) -> tuple[Note, ...]:
    """The notes of `notes.yaml`; raises BadContent."""
    try:
        read = _Notes.model_validate(read_yaml(folder / "notes.yaml", "notes.yaml"))
        return tuple(Note(**note.model_dump(), author=AUTHOR, at=at) for note in read.notes)
    except (ValidationError, ValueError) as error:
        raise BadContent(f"notes.yaml: {error}") from error


def load_intents(folder: Path) -> dict[str, tuple[str, ...]]:
    """Examples by intent, of `intents.yaml`; raises BadContent."""
    try:
        read = _Intents.model_validate(read_yaml(folder / "intents.yaml", "intents.yaml"))
    except ValidationError as error:
        raise BadContent(f"intents.yaml: {error}") from error
    return read.intents
