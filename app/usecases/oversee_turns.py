"""Sum up how the turns of a stretch of time went, for the operator: no words, no names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.figures import Figures, figures
from app.domain.metrics import KeptMetrics, TurnMetrics
from app.ports.store import Store

MOST_TURNS = 5_000
MOST_INTERVIEWS = 20
MEASURES = (
    "response_s", "excess_s", "policy_wait_s", "end_wait_s", "judge_s", "recognise_s", "plan_s",
    "speak_s", "probability", "second_probability",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One measure over all turns, by the name of its field; None where no turn had it."""

    name: str
    figures: Figures | None


@dataclass(frozen=True)
class Mishaps:
    """How often something was taken back; `turns` is how many turns it happened in."""

    name: str
    count: int
    turns: int


@dataclass(frozen=True)
class Interval:
    """The turns of a part of the time."""

    start: datetime
    turns: int
    response: Figures | None


@dataclass(frozen=True)
class OverseenInterview:
    """The measured turns of one interview, in order."""

    interview_id: UUID
    latest: datetime
    turns: tuple[TurnMetrics, ...]
    response: Figures | None
    excess: Figures | None


@dataclass(frozen=True)
class Oversight:
    """All of it; `whole` is False where only the newest turns were looked at."""

    since: datetime
    until: datetime
    turns: int
    whole: bool
    measures: tuple[Measured, ...]
    mishaps: tuple[Mishaps, ...]
    intervals: tuple[Interval, ...]
    interviews: tuple[OverseenInterview, ...]


async def oversee_turns(
    store: Store, *, until: datetime, span: timedelta, step: timedelta
) -> Oversight:
    """The turns that were kept in the `span` before `until`, also in steps of `step`.

    Raises:
        StoreUnavailable: the store can't be reached.
    """
    since = until - span
    async with store.begin() as work:
        kept = await work.metrics.newest(MOST_TURNS, since=since)
    # Beside the event loop, which has live interviews to serve.
    return await asyncio.to_thread(overseen, kept, since=since, until=until, step=step)


def overseen(
    kept: Sequence[KeptMetrics], *, since: datetime, until: datetime, step: timedelta
) -> Oversight:
    """Sum up these turns, the newest first."""
    turns = [one.metrics for one in kept]
    return Oversight(
        since=since,
        until=until,
        turns=len(turns),
        whole=len(turns) < MOST_TURNS,
        measures=tuple(
            Measured(name, figures(getattr(turn, name) for turn in turns)) for name in MEASURES
        ),
        mishaps=tuple(
            Mishaps(name, sum(counts), sum(count > 0 for count in counts))
            for name in ("discarded", "undone", "cut", "barged_in")
            for counts in [[int(getattr(turn, name)) for turn in turns]]
        ),
        intervals=_intervals(kept, since, until, step),
        interviews=_interviews(kept),
    )


def _intervals(
    kept: Sequence[KeptMetrics], since: datetime, until: datetime, step: timedelta
) -> tuple[Interval, ...]:
    """Steps that begin at round times: the first one may have begun before `since`."""
    first = since - (since - datetime.min.replace(tzinfo=since.tzinfo)) % step
    parts: list[list[TurnMetrics]] = [[] for _ in range(max(1, -(-(until - first) // step)))]
    for one in kept:
        place = (one.recorded_at - first) // step
        parts[min(max(place, 0), len(parts) - 1)].append(one.metrics)
    return tuple(
        Interval(first + place * step, len(part), figures(turn.response_s for turn in part))
        for place, part in enumerate(parts)
    )


def _interviews(kept: Sequence[KeptMetrics]) -> tuple[OverseenInterview, ...]:
    theirs: dict[UUID, list[KeptMetrics]] = {}
    for one in kept:
        theirs.setdefault(one.metrics.interview_id, []).append(one)
    return tuple(
        OverseenInterview(
            interview_id,
            turns[0].recorded_at,
            tuple(sorted((one.metrics for one in turns), key=lambda turn: turn.turn)),
            figures(one.metrics.response_s for one in turns),
            figures(one.metrics.excess_s for one in turns),
        )
        for interview_id, turns in list(theirs.items())[:MOST_INTERVIEWS]
    )
