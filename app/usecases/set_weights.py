"""Let a person choose how the report's three parts are weighed; no score changes."""

from __future__ import annotations

from uuid import UUID

from app.domain.interview import Interview
from app.ports.store import Store


async def set_weights(
    store: Store, interview_id: UUID, content: float, delivery: float, presence: float
) -> Interview | None:
    """Keep the weights as shares of 1; None when the interview is unknown.

    Raises:
        ValueError: a weight is negative, or all are 0.
    """
    whole = content + delivery + presence
    if min(content, delivery, presence) < 0 or whole <= 0:
        raise ValueError("expected weights of 0 or more, at least one above 0")
    async with store.begin() as work:
        shares = (content / whole, delivery / whole, presence / whole)
        await work.interviews.set_weights(interview_id, shares)
        return await work.interviews.get(interview_id)
