"""One answer to one system: what came back and when; and how all answers of a system sum up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.bench.spread import spread
from app.bench.timed_answers import TimedAnswer


@dataclass(frozen=True)
class Exchange:
    """An answer that was said; `began` is the monotonic time of its first sample."""

    answer: TimedAnswer
    began: float

    @property
    def end(self) -> float:
        """The monotonic time at which the speech truly ended."""
        return self.began + self.answer.end_s


@dataclass(frozen=True)
class Row:
    """What one answer met; seconds from its true end.

    `total_s` is until the first audio that followed, `wait_s` the silence that the policy chose,
    `turns` in how many turns of the user the answer was taken, `early` whether the system spoke
    before the answer was over.
    """

    file: str
    seconds: float
    total_s: float | None
    wait_s: float | None
    turns: int
    early: bool

    @property
    def fragmented(self) -> bool:
        """Whether the answer was taken in pieces, or answered before it was over."""
        return self.early or self.turns > 1

    @property
    def whole(self) -> bool:
        """Whether it was heard whole, and answered."""
        return not self.fragmented and self.turns == 1 and self.total_s is not None

    @property
    def excess_s(self) -> float | None:
        """Seconds beyond the wait that the policy chose."""
        if self.total_s is None or self.wait_s is None:
            return None
        return round(self.total_s - self.wait_s, 3)


def row_of(
    exchange: Exchange, first: float | None, wait: float | None, turns: int, early: bool
) -> Row:
    """The row of this exchange, with the monotonic time of the first audio after the end."""
    total = None if first is None else round(first - exchange.end, 3)
    answer = exchange.answer
    return Row(answer.name, round(answer.end_s, 3), total, wait, turns, early)


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """One system: times over the answers it heard whole, shares over all."""
    whole = [row for row in rows if row.whole]
    return {
        "total_s": spread([row.total_s for row in whole if row.total_s is not None]),
        "excess_s": spread([row.excess_s for row in whole if row.excess_s is not None]),
        "fragmented_share": _share(sum(row.fragmented for row in rows), len(rows)),
        "n": len(rows),
        "whole": len(whole),
        "in_pieces": sum(row.turns > 1 for row in rows),
        "answered_early": sum(row.early for row in rows),
        "unanswered": sum(row.total_s is None for row in rows),
        "rows": [_shown(row) for row in rows],
    }


def ratio_of_totals(ours: Sequence[Row], theirs: Sequence[Row]) -> tuple[float | None, int]:
    """Our median total over theirs on answers that both heard whole, and how many these are."""
    both = [
        (mine.total_s, yours.total_s)
        for mine, yours in zip(ours, theirs, strict=True)
        if mine.whole and yours.whole
    ]
    if not both:
        return None, 0
    mine, yours = (
        spread([total for total in totals if total]) for totals in zip(*both, strict=True)
    )
    return _ratio(mine["median"], yours["median"]), len(both)


def ratio_of_excess(ours: dict[str, Any], theirs: dict[str, Any]) -> float | None:
    """Our median excess over theirs, each on the answers that it heard whole."""
    return _ratio(ours["excess_s"]["median"], theirs["excess_s"]["median"])


def _ratio(mine: float | None, yours: float | None) -> float | None:
    """None where there is nothing to compare with: VAD may hear the end before the file's."""
    return round(mine / yours, 3) if mine is not None and yours and yours > 0 else None


def _share(part: int, all_of_them: int) -> float | None:
    return round(part / all_of_them, 3) if all_of_them else None


def _shown(row: Row) -> dict[str, Any]:
    return {
        "file": row.file,
        "seconds": row.seconds,
        "total_s": row.total_s,
        "wait_s": row.wait_s,
        "excess_s": row.excess_s,
        "turns": row.turns,
        "early": row.early,
    }
