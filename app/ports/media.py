"""Port of recordings that people bring: sound and pictures out of a file. Calls block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from app.ports.speech import Pcm


@dataclass(frozen=True)
class MediaFacts:
    """What a file holds; `seconds` is None where the file does not tell."""

    seconds: float | None
    sound: bool
    picture: bool


@dataclass(frozen=True)
class Still:
    """One picture of a film, and its time."""

    at_s: float
    jpeg: bytes


class MediaReader(Protocol):
    """Takes mp4, webm, wav and the like apart."""

    def facts(self, file: BinaryIO) -> MediaFacts:
        """What the file holds; raises MediaUnreadable."""
        ...

    def sound(self, file: BinaryIO) -> Iterator[Pcm]:
        """Its sound as 16 kHz mono, block by block; what can be decoded before a fault comes first.

        Raises MediaUnreadable where nothing can be decoded.
        """
        ...

    def stills(self, file: BinaryIO, every_s: float) -> Iterator[Still]:
        """A picture every so many seconds, at most 640 pixels wide; ends at a fault."""
        ...
