"""The operator's pages: how busy the server is and how turns went; and the figures as text."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import monotonic
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.usecases.oversee_turns import Oversight, oversee_turns
from app.web.access import ANYONE, Operator
from app.web.dependencies import Services, ServicesDep
from app.web.operator_charts import over_time, shape
from app.web.operators import (
    CLOSED_SECONDS,
    COOKIE,
    OperatorsOnly,
    address_of,
    guesses_of,
    let_in,
    own_path,
)
from app.web.templating import render

router = APIRouter()
Span = Literal["hour", "day"]
Refresh = Literal["on", "off"]
SPANS: dict[Span, tuple[timedelta, timedelta]] = {
    "hour": (timedelta(hours=1), timedelta(minutes=5)),
    "day": (timedelta(days=1), timedelta(hours=1)),
}


@router.get("/operator")
async def operator_page(
    request: Request,
    services: ServicesDep,
    _: Operator,
    span: Annotated[Span, Query()] = "hour",
    refresh: Annotated[Refresh, Query()] = "on",
) -> Response:
    """The whole page."""
    context = _now(services) | await _turns(services, span)
    more = {"refresh": refresh, "exported": services.metrics_text is not None}
    return await asyncio.to_thread(render, request, "pages/operator/operator.html", context | more)


@router.get("/operator/now")
async def now(request: Request, services: ServicesDep, _: Operator) -> Response:
    """Who is here and what waits, which changes all the time."""
    return render(request, "partials/operator/now.html", _now(services) | {"refresh": "on"})


@router.get("/operator/turns")
async def turns(
    request: Request, services: ServicesDep, _: Operator, span: Annotated[Span, Query()] = "hour"
) -> Response:
    """The figures of the turns."""
    context = await _turns(services, span) | {"refresh": "on"}
    return render(request, "partials/operator/turns.html", context)


@router.post("/operator/enter", dependencies=[Depends(ANYONE)])
async def enter(
    request: Request,
    services: ServicesDep,
    token: Annotated[str, Form(max_length=500)] = "",
    back: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Let a browser with the token in, to the page that it asked for."""
    if guesses_of(request).closed(address_of(request), monotonic()):
        wait = f"{CLOSED_SECONDS / 60:.0f} minutes"
        raise HTTPException(429, f"Too many wrong tokens came from here. Try again in {wait}.")
    path = own_path(back)
    response = RedirectResponse(path, 303)
    if not let_in(request, response, services, token):
        needed = services.operator_token is not None
        raise OperatorsOnly(token_set=needed, wrong=True, back=path)
    return response


@router.post("/operator/leave", dependencies=[Depends(ANYONE)])
async def leave() -> Response:
    """Forget that this browser may see the pages."""
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/metrics")
async def metrics(services: ServicesDep, _: Operator) -> Response:
    """All figures, in the text format of Prometheus."""
    text = services.metrics_text
    if text is None:
        raise HTTPException(404, "This process exports no figures.")
    return Response(text.render(), headers={"content-type": text.content_type})


def _now(services: Services) -> dict[str, Any]:
    return {"load": services.hall.load, "now": services.clock()}


async def _turns(services: Services, span: Span) -> dict[str, Any]:
    length, step = SPANS[span]
    seen = await oversee_turns(services.store, until=services.clock(), span=length, step=step)
    return await asyncio.to_thread(_drawn, seen, span)


def _drawn(seen: Oversight, span: Span) -> dict[str, Any]:
    shapes = {
        one.name: shape(one.figures, high=1.0 if one.name.endswith("probability") else None)
        for one in seen.measures
    }
    chart = over_time(seen.intervals)
    return {"seen": seen, "span": span, "shapes": shapes, "chart": chart}
