"""Where a pause may be put: between two words whose places are known, chosen by times alone.

Speech comes with its words but seldom with their times. So the recogniser hears it uncut; its times
count at a boundary where the words on both sides are the ones that were said. A boundary is
*between* sentences when the word before it ends in a full stop, a question or an exclamation mark,
in the given words where those have such marks, else in the recogniser's; all others, commas
included, are *inside*.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from app.bench.turns.speech_files import SpokenWord
from app.domain.interview import Word

Kind = Literal["inside", "between"]

FROM_ENDS_SECONDS = 1.0
APART_SECONDS = 1.0
_MARK = re.compile(r"[.?!][\"'”’)]*$")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "st", "no", "vs"})


@dataclass(frozen=True)
class Boundary:
    """The place between two words; times of the file."""

    before_ends_s: float
    after_starts_s: float
    kind: Kind

    @property
    def at_s(self) -> float:
        """Its middle."""
        return (self.before_ends_s + self.after_starts_s) / 2


def find_boundaries(said: Sequence[SpokenWord], heard: Sequence[Word]) -> tuple[Boundary, ...]:
    """All boundaries between two neighbouring words that were both said and heard."""
    pairs = _same(said, heard)
    punctuated = any(_ends_sentence(word.text) for word in said)
    found = []
    for first, second in pairwise(said):
        left, right = pairs.get(id(first)), pairs.get(id(second))
        if left is None or right is None or right[0] != left[0] + 1:
            continue
        marked = first.text if punctuated else left[1].text
        kind: Kind = "between" if _ends_sentence(marked) else "inside"
        ends = left[1].end_s if first.end_s is None else first.end_s
        starts = right[1].start_s if second.start_s is None else second.start_s
        found.append(Boundary(ends, max(ends, starts), kind))
    return tuple(found)


def choose(
    boundaries: Sequence[Boundary],
    *,
    speech_from_s: float,
    speech_to_s: float,
    inside_most: int,
    seed: str,
) -> tuple[Boundary, ...]:
    """All boundaries between sentences and a few inside them, at random and by time alone.

    Each lies at least a second from both ends of the speech and from the others.
    """
    order = [
        boundary
        for boundary in boundaries
        if boundary.at_s - speech_from_s >= FROM_ENDS_SECONDS
        and speech_to_s - boundary.at_s >= FROM_ENDS_SECONDS
    ]
    random.Random(seed).shuffle(order)  # noqa: S311 - a choice of places, no secret
    chosen: list[Boundary] = []
    for boundary in sorted(order, key=lambda one: one.kind):  # stable: "between" comes first
        inside = [other for other in chosen if other.kind == "inside"]
        if boundary.kind == "inside" and len(inside) >= inside_most:
            break
        if all(abs(boundary.at_s - other.at_s) >= APART_SECONDS for other in chosen):
            chosen.append(boundary)
    return tuple(sorted(chosen, key=lambda one: one.at_s))


def _same(said: Sequence[SpokenWord], heard: Sequence[Word]) -> dict[int, tuple[int, Word]]:
    """For each word said (by identity) the heard one with its place, where they are the same."""
    matcher = SequenceMatcher(
        None, [_plain(word.text) for word in said], [_plain(word.text) for word in heard], False
    )
    return {
        id(said[block.a + step]): (block.b + step, heard[block.b + step])
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9']", "", text.lower())


def _ends_sentence(text: str) -> bool:
    return bool(_MARK.search(text)) and _plain(text) not in _TITLES
