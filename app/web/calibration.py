"""The calibration page: how far machine and people agree, and whether groups fare alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.assessment.agreement import LEAST_CLUSTERS, LEAST_PAIRS
from app.assessment.impact import LEAST
from app.assessment.isotonic import LEAST_MARKS
from app.domain.agreement import Steps
from app.domain.consent import Purpose
from app.usecases.measure_agreement import Reliability, measure_agreement
from app.usecases.measure_impact import measure_impact
from app.web.access import EDUCATORS
from app.web.dependencies import ServicesDep
from app.web.templating import render

router = APIRouter(prefix="/calibration", dependencies=[Depends(EDUCATORS)])
SIDE = 400.0


@dataclass(frozen=True)
class Dot:
    """One bin on the reliability plot, in its units; y grows downwards."""

    x: float
    y: float
    low: float
    high: float
    label: str


def dots(found: Reliability) -> tuple[Dot, ...]:
    """The bins with marks enough for a figure."""
    drawn = []
    for item in found.bins:
        right = item.right
        if item.said is None or right.value is None or right.low is None or right.high is None:
            continue
        label = f"said {item.said:.0%}, left as it was {right.value:.0%} of {right.n}"
        ends = (SIDE * (1 - right.low), SIDE * (1 - right.high))
        drawn.append(Dot(SIDE * item.said, SIDE * (1 - right.value), *ends, label))
    return tuple(drawn)


def curve(steps: Steps) -> str:
    """A rising function as the points of a line on the plot, flat to both edges."""
    knots = list(zip(steps.at, steps.value, strict=True))
    ends = [(0.0, steps.value[0]), *knots, (1.0, steps.value[-1])]
    return " ".join(f"{SIDE * at:.1f},{SIDE * (1 - value):.1f}" for at, value in ends)


@router.get("")
async def page(
    request: Request,
    services: ServicesDep,
    purpose: Annotated[Purpose, Query()] = Purpose.ASSESSMENT,
) -> Response:
    """All figures, each with its count and interval."""
    sheet = await measure_agreement(services.store)
    impact = None
    if services.self_reports is not None:
        impact = await measure_impact(
            services.store, services.self_reports, purpose, for_others=services.accounts
        )
    context = {
        "sheet": sheet,
        "dots": dots(sheet.reliability),
        "curve": curve,
        "impact": impact,
        "purpose": purpose.value,
        "least_pairs": LEAST_PAIRS,
        "least_interviews": LEAST_CLUSTERS,
        "least_people": LEAST,
        "least_marks": LEAST_MARKS,
    }
    return render(request, "pages/calibration/calibration.html", context)
