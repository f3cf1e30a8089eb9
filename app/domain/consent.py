"""What an interview is for, and what its speaker has agreed to.

`Purpose` is the firewall: it is set when the interview is made and never changes.
"""

from __future__ import annotations

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

    AUDIO = "audio"  # the microphone is transcribed and the recording kept for play-back
    DELIVERY = "delivery"  # pace, pauses, fillers, pitch and loudness are measured
    VIDEO = "video"  # camera frames are read for expressions, then dropped


ALLOWED: dict[Purpose, frozenset[Modality]] = {
    Purpose.PRACTICE: frozenset(Modality),
    Purpose.ASSESSMENT: frozenset({Modality.AUDIO, Modality.DELIVERY}),
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
