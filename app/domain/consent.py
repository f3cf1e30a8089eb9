"""What an interview is for, and what its speaker has agreed to.

`Purpose` is the firewall: it is set when the interview is made and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.errors import NoConsent, PurposeForbids


class Purpose(StrEnum):
    """Why the interview is held; decides which analyses can exist at all."""

    PRACTICE = "practice"
    ASSESSMENT = "assessment"


class Modality(StrEnum):
    """One thing that a person may agree to, or not."""

    AUDIO = "audio"  # the microphone is transcribed
    RECORDING = "recording"  # the sound is kept, for play-back and for measures after the answer
    DELIVERY = "delivery"  # pace, pauses, fillers, pitch and loudness are measured
    VOICE = "voice"  # what the voice expresses is estimated from the sound
    VIDEO = "video"  # camera frames are read for expressions, then dropped


EXPRESSION = frozenset({Modality.VOICE, Modality.VIDEO})
OF_THE_MICROPHONE = frozenset(
    {Modality.AUDIO, Modality.RECORDING, Modality.DELIVERY, Modality.VOICE}
)

ALLOWED: dict[Purpose, frozenset[Modality]] = {
    Purpose.PRACTICE: frozenset(Modality),
    Purpose.ASSESSMENT: frozenset(Modality) - EXPRESSION,
}


@dataclass(frozen=True)
class Consent:
    """One agreement to one modality, with the version of the text that was shown."""

    modality: Modality
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def active(self) -> bool:
        """True until it is withdrawn."""
        return self.withdrawn_at is None


def withdrawn_with(modality: Modality) -> frozenset[Modality]:
    """What can't go on without this one: nothing is recorded from a microphone that is off."""
    if modality is Modality.AUDIO:
        return frozenset({Modality.AUDIO, Modality.RECORDING})
    return frozenset({modality})


def with_recording(modalities: Iterable[Modality]) -> frozenset[Modality]:
    """The modalities, with the recording wherever the microphone is among them."""
    wanted = frozenset(modalities)
    return wanted | {Modality.RECORDING} if Modality.AUDIO in wanted else wanted


def require_allowed(purpose: Purpose, modality: Modality) -> None:
    """Refuse a modality that the purpose never allows.

    Raises:
        PurposeForbids: expression in an assessment.
    """
    if modality not in ALLOWED[purpose]:
        raise PurposeForbids(f"{modality} is never analysed in an interview for {purpose}")


def require_consent(purpose: Purpose, consents: tuple[Consent, ...], modality: Modality) -> None:
    """Refuse an analysis without a standing agreement.

    Raises:
        PurposeForbids: the purpose never allows it.
        NoConsent: it was not given, or was withdrawn.
    """
    require_allowed(purpose, modality)
    if not any(c.modality is modality and c.active for c in consents):
        raise NoConsent(f"no consent to {modality}")
