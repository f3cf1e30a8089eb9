"""Marking without the machine's level and without names: what is hidden from whom, and since when.

An educator hides everything, or nothing, or leaves it to the calibration sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import Request, Response

from app.assessment.sample import is_sample
from app.domain.review import Standing
from app.domain.scorecard import Scorecard
from app.usecases.under_review import CardUnderReview
from app.web.educators import YEAR_SECONDS, reviewer

Hiding = Literal["sample", "all", "none"]
COOKIE = "sounding_hiding"


@dataclass(frozen=True)
class Blind:
    """What this browser's educator does not see."""

    hiding: Hiding
    who: str

    def hides(self, card: Scorecard) -> bool:
        """Whether this card is marked without its proposal."""
        if self.hiding == "sample":
            return is_sample(card.interview_id, card.question_id)
        return self.hiding == "all"

    def from_me(self, card: Scorecard, criterion: Standing) -> bool:
        """Whether level, reason and other people's marks are hidden: until one's own mark."""
        return self.hides(card) and all(mark.by != self.who for mark in criterion.marks)

    def open(self, held: CardUnderReview) -> bool:
        """Whether nothing of the card is hidden, so that what is not marked may be confirmed."""
        return not any(self.from_me(held.card, criterion) for criterion in held.criteria)


def blind_of(request: Request) -> Blind:
    """As this browser was left; the calibration sample where nothing was chosen."""
    kept = request.cookies.get(COOKIE, "sample")
    hiding: Hiding = "all" if kept == "all" else "none" if kept == "none" else "sample"
    return Blind(hiding, reviewer(request))


def remember_hiding(response: Response, hiding: Hiding) -> Response:
    """Keep the choice in this browser."""
    response.set_cookie(COOKIE, hiding, max_age=YEAR_SECONDS, httponly=True, samesite="strict")
    return response
