"""Words and fillers heard in spontaneous and read speech, against what was written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.adapters.voice.sound_file import blocks_of
from app.bench.errors import BenchRefused
from app.bench.words import aligned, plain
from app.delivery.speech import is_filler
from app.ports.speech import SAMPLE_RATE, Pcm, SpeechToText

# The English recordings with written words; the other clips are single words, other languages, or
# have no words beside them.
SPONTANEOUS = (
    "acoustic_corpus",
    "cold_corpus",
    *(f"multilingual_ipa{number}" for number in ("", "_2", "_3", "_4", "_5")),
    *(f"multilingual_ipa_us{number}" for number in ("", "_2", "_3", "_4", "_5")),
)
FILLER = "um"
PER_WORDS = 200
SPELT = {"yknow": ["you", "know"], "kinda": ["kind", "of"], "gonna": ["going", "to"]}
LONGEST_S = 29.9


@dataclass(frozen=True)
class Labelled:
    """One recording with the words that were said, fillers among them."""

    name: str
    pcm: Pcm
    words: tuple[str, ...]


def fillers_in(
    data: Path, recogniser: SpeechToText, note: Callable[[str], None], limit: int | None
) -> dict[str, Any]:
    """Word error rate, filler recall, and false fillers in read speech."""
    spontaneous = list(_spontaneous(data / "speech" / "spontaneous", limit))
    read = list(_read(data / "speech" / "librispeech", limit))
    tally = _Tally()
    for each in spontaneous:
        note(each.name)
        tally.spontaneous(each, recogniser)
    for each in read:
        note(each.name)
        tally.read(each, recogniser)
    return tally.document(len(spontaneous), len(read))


class _Tally:
    def __init__(self) -> None:
        self.errors = self.filler_errors = self.words = 0
        self.said = self.kept = self.invented = 0
        self.read_words = self.false = 0
        self.missed: list[str] = []

    def spontaneous(self, each: Labelled, recogniser: SpeechToText) -> None:
        said = normal(each.words)
        whole = [word for word in said if word != FILLER]
        graded = normal(word.text for word in recogniser.transcribe(each.pcm).words)
        kept = normal(word.text for word in recogniser.fillers(each.pcm).words)
        self.words += len(whole)
        self.errors += distance(whole, [word for word in graded if word != FILLER])
        self.filler_errors += distance(whole, [word for word in kept if word != FILLER])
        places = {n for n, word in enumerate(said) if word == FILLER}
        found = aligned(said, kept).kept & places
        self.said += len(places)
        self.kept += len(found)
        self.invented += kept.count(FILLER) - len(found)
        self.missed += [f"{each.name}, word {n + 1}" for n in sorted(places - found)]

    def read(self, each: Labelled, recogniser: SpeechToText) -> None:
        heard = normal(word.text for word in recogniser.fillers(each.pcm).words)
        self.read_words += len(each.words)
        self.false += heard.count(FILLER)

    def document(self, spontaneous: int, read: int) -> dict[str, Any]:
        return {
            "wer": _share(self.errors, self.words),
            "wer_filler_pass": _share(self.filler_errors, self.words),
            "filler_recall": _share(self.kept, self.said),
            "fillers": {
                "recordings": spontaneous,
                "words": self.words,
                "said": self.said,
                "kept": self.kept,
                "invented": self.invented,
                "missed": self.missed,
            },
            "false_fillers_per_200_read_words": _share(self.false * PER_WORDS, self.read_words),
            "read": {"recordings": read, "words": self.read_words, "false_fillers": self.false},
        }


def normal(words: Iterable[str]) -> list[str]:
    """Plain words, one token for every filler, spoken spellings as they are written."""
    out: list[str] = []
    for text in words:
        for word in plain(text.replace("-", " ").split()):
            out += [FILLER] if is_filler(word) else SPELT.get(word, [word])
    return out


def distance(said: list[str], heard: list[str]) -> int:
    """Insertions, deletions and substitutions from one to the other."""
    row = np.arange(len(heard) + 1)
    for number, word in enumerate(said, 1):
        before = row
        row = np.empty_like(before)
        row[0] = number
        for place, other in enumerate(heard, 1):
            row[place] = min(
                before[place - 1] + (word != other), before[place] + 1, row[place - 1] + 1
            )
    return int(row[-1])


def _spontaneous(folder: Path, limit: int | None) -> Iterator[Labelled]:
    for name in SPONTANEOUS[:limit]:
        sounds = sorted((folder / "wav").glob(f"{name}.*"))
        labels = [folder / "lab" / f"{name}{ending}" for ending in (".lab", ".txt")]
        label = next((path for path in labels if path.is_file()), None)
        if not sounds or label is None:
            raise BenchRefused(f"expected {name} with its words in {folder}")
        yield _labelled(name, sounds[0], label.read_text(encoding="utf-8"))


def _read(folder: Path, limit: int | None) -> Iterator[Labelled]:
    sounds = sorted(folder.glob("*.flac"))
    if not sounds:
        raise BenchRefused(f"expected read speech in {folder}, found none")
    for sound in sounds[:limit]:
        yield _labelled(sound.stem, sound, sound.with_suffix(".txt").read_text(encoding="utf-8"))


def _labelled(name: str, sound: Path, text: str) -> Labelled:
    wave = np.concatenate(list(blocks_of(sound)))[: round(LONGEST_S * SAMPLE_RATE)]
    return Labelled(name, (wave * 32767).astype(np.int16), tuple(text.split()))


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
