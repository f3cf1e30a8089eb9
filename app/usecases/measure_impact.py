"""Impact ratios of finished results, by groups that people told of themselves.

The only use case that sees both; it writes nothing, and nothing that grades imports it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.assessment.impact import Impact, impact
from app.domain.consent import Purpose
from app.domain.groups import ATTRIBUTES
from app.domain.review import Mark, share_of, standings
from app.ports.groups import SelfReports
from app.ports.store import Store

CROSSED = "gender and ethnicity"


@dataclass(frozen=True)
class ImpactSheet:
    """Impact by attribute, over the interviews of one purpose that have a result."""

    purpose: Purpose
    results: int
    told: int
    attributes: Mapping[str, Impact]


async def measure_impact(
    store: Store, reports: SelfReports, purpose: Purpose, *, for_others: bool = False
) -> ImpactSheet:
    """Shares of the levels as they stand, by each attribute and by two of them crossed.

    `for_others` leaves out practice that is for its own person alone.
    """
    async with store.begin() as work:
        cards = await work.review.reviews.graded(purpose, for_others=for_others)
        marks = await work.review.marks.newest()
    by_interview: dict[UUID, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_interview[mark.interview_id].append(mark)
    shares: dict[UUID, list[float]] = defaultdict(list)
    for card in cards:
        share = share_of(standings(card, by_interview[card.interview_id]))
        if share is not None:
            shares[card.interview_id].append(share)
    results = {key: sum(found) / len(found) for key, found in shares.items()}
    groups = {report.interview_id: report.groups for report in await reports.all()}
    return await asyncio.to_thread(_sheet, purpose, results, groups)


def _sheet(
    purpose: Purpose, results: Mapping[UUID, float], groups: Mapping[UUID, Mapping[str, str]]
) -> ImpactSheet:
    values = list(results.values())
    found = {}
    for name, labels in ATTRIBUTES.items():
        told = [groups.get(key, {}).get(name) for key in results]
        found[name] = impact(values, [labels[group] if group else None for group in told])
    found[CROSSED] = impact(values, [_crossed(groups.get(key, {})) for key in results])
    return ImpactSheet(purpose, len(results), sum(key in groups for key in results), found)


def _crossed(groups: Mapping[str, str]) -> str | None:
    if "gender" not in groups or "ethnicity" not in groups:
        return None
    gender = ATTRIBUTES["gender"][groups["gender"]]
    return f"{gender}, {ATTRIBUTES['ethnicity'][groups['ethnicity']]}"
