"""The words that people agree to, made from the analysers that are really on.

A text's version is a digest of its words: another analyser or another time to keep makes another
version, and what was shown to whom can be told afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.domain.consent import ALLOWED, Modality, Purpose
from app.domain.retention import Retention

EDITION = "2026-11"


class Analyser(StrEnum):
    """Something that can be switched on in a server and looks at a person's sound or picture."""

    WORDS = "words"
    PACE = "pace"
    FILLERS = "fillers"
    PROSODY = "prosody"
    VOICE = "voice"
    FACE = "face"
    HEAD = "head"


_OF: dict[Modality, tuple[Analyser, ...]] = {
    Modality.AUDIO: (Analyser.WORDS,),
    Modality.RECORDING: (Analyser.WORDS,),
    Modality.DELIVERY: (Analyser.PACE, Analyser.FILLERS, Analyser.PROSODY),
    Modality.VOICE: (Analyser.VOICE,),
    Modality.VIDEO: (Analyser.FACE, Analyser.HEAD),
}
TITLES = {
    Modality.AUDIO: "Microphone",
    Modality.RECORDING: "Keep the sound",
    Modality.DELIVERY: "Delivery",
    Modality.VOICE: "Voice",
    Modality.VIDEO: "Camera",
}
_MEASURED = {
    Analyser.PACE: ("pace", "pauses"),
    Analyser.FILLERS: ("filler words",),
    Analyser.PROSODY: ("pitch", "loudness"),
}


@dataclass(frozen=True)
class Notice:
    """What a person agrees to with one switch."""

    modality: Modality
    title: str
    text: str

    @property
    def version(self) -> str:
        """The edition, and a digest of the words."""
        words = f"{self.modality}\n{self.title}\n{self.text}"
        return f"{EDITION}.{hashlib.sha256(words.encode()).hexdigest()[:10]}"


def notices(
    purpose: Purpose,
    analysers: Collection[Analyser],
    retention: Retention,
    *,
    film: bool = False,
) -> tuple[Notice, ...]:
    """One notice for each modality that the purpose allows and that something here reads.

    `film` is for a recording that somebody brings: more of its pictures are read than live.
    """
    return tuple(
        Notice(m, TITLES[m], f"{_does(m, purpose, analysers, film=film)} {_kept(m, retention)}")
        for m in Modality
        if m in ALLOWED[purpose] and any(a in analysers for a in _OF[m])
    )


def notice_of(
    modality: Modality, purpose: Purpose, analysers: Collection[Analyser], retention: Retention
) -> Notice:
    """The notice of one modality, also where nothing here reads it yet."""
    every = notices(purpose, {*analysers, *_OF[modality]}, retention)
    return next(notice for notice in every if notice.modality is modality)


def _does(
    modality: Modality, purpose: Purpose, analysers: Collection[Analyser], *, film: bool
) -> str:
    match modality:
        case Modality.AUDIO:
            return "Your speech is written down on this server."
        case Modality.RECORDING:
            return (
                "Your sound is kept on this server, encrypted with a key of its own, so that you "
                "can play answers back and they can be measured afterwards."
            )
        case Modality.DELIVERY:
            measured = _listed([w for a in _OF[modality] if a in analysers for w in _MEASURED[a]])
            never = " They never enter a score." if purpose is Purpose.ASSESSMENT else ""
            return f"From the sound: {measured}.{never}{_needs_sound(analysers)}"
        case Modality.VOICE:
            return (
                "How the voice sounds (calmer, more tense, steadier) is estimated from pitch, "
                "loudness and pace. It is experimental, and says nothing about what you feel. "
                f"It needs “{TITLES[Modality.RECORDING]}”."
            )
        case Modality.VIDEO:
            return _seen(head=Analyser.HEAD in analysers, film=film)


def _needs_sound(analysers: Collection[Analyser]) -> str:
    """What of delivery is measured on the kept sound; the rest is measured while you speak."""
    later = (Analyser.FILLERS, Analyser.PROSODY)
    measured = [word for a in later if a in analysers for word in _MEASURED[a]]
    if not measured:
        return ""
    need = "needs" if len(measured) == 1 else "need"
    named = _listed(measured)
    return f" {named[0].upper()}{named[1:]} {need} “{TITLES[Modality.RECORDING]}”."


def _seen(*, head: bool, film: bool) -> str:
    often = "Twelve" if head and film else "Two"
    where = " and for where head and eyes point" if head else ""
    counted = " Blinks and nods are counted." if head and film else ""
    return (
        f"{often} pictures a second are read for facial expressions{where}, and dropped at once; "
        f"one reading a second is kept.{counted} It says what a face shows, not what you feel."
    )


def _kept(modality: Modality, retention: Retention) -> str:
    if modality is Modality.AUDIO:
        until = _days(retention.interview, "until you delete the interview")
        return f"The words are kept {until}."
    until = _days(retention.days(modality), "until you delete it")
    return f"Kept {until}; you can take it back at any time, and it is erased."


def _days(days: int | None, otherwise: str) -> str:
    if days is None:
        return otherwise
    return "for 1 day" if days == 1 else f"for {days} days"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
