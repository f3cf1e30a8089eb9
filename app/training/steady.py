"""Make a scorer steadier: take back part of what word errors of a recogniser cost every answer.

Misheard answers look a little less like the reference in nearly all signs. A line in the direction
that tells them from the same answers unharmed is added, so small that scores change least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.corpus import Places
from app.assessment.scorer.features import Table
from app.assessment.scorer.members import Line, Member

Floats = NDArray[np.float64]
TAKEN_BACK = 0.5
_PENALTY = 0.05


@dataclass(frozen=True)
class Misheard:
    """The signs of some answers of a corpus after they were misheard; `places` are their rows."""

    places: Places
    rows: Table


def steadying(members: Sequence[Member], rows: Table, clean: Table, misheard: Table) -> Floats:
    """The weights of the line, for the members' mean; all tables are standardised."""
    before, after = (
        np.mean([member.predict(table) for member in members], axis=0)
        for table in (clean, misheard)
    )
    lost = float((after - before).mean())
    apart = (misheard - clean).mean(axis=0)
    spread = np.cov(rows.T) + _PENALTY * np.eye(rows.shape[1])
    direction = np.linalg.solve(spread, apart)
    return np.asarray(-TAKEN_BACK * lost * direction / float(apart @ direction), dtype=np.float64)


def steadied(members: Sequence[Member], weights: Floats, centre: Floats) -> tuple[Member, ...]:
    """The members, whose first line carries the whole correction of their mean."""
    place = next(n for n, member in enumerate(members) if isinstance(member, Line))
    old = members[place]
    assert isinstance(old, Line)  # noqa: S101 - for the type checker
    more = len(members) * weights
    line = replace(old, weights=old.weights + more, constant=old.constant - float(centre @ more))
    return (*members[:place], line, *members[place + 1 :])
