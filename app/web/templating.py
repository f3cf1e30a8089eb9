"""Templates and how values are written on the pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.web.form_tokens import PostingForms, form_token_here, token_of

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(__file__).parent / "static"
DASH = "\u2013"


def clock(seconds: float | None) -> str:
    """Seconds as minutes and seconds: 8:05."""
    if seconds is None:
        return DASH
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def percent(share: float | None) -> str:
    """A share of 1 as whole percent, a dash where nothing was measured."""
    return DASH if share is None else f"{round(share * 100)} %"


def number(value: float | None, digits: int = 0) -> str:
    """A number with so many decimals, a dash where nothing was measured."""
    return DASH if value is None else f"{value:.{digits}f}"


def day(moment: datetime) -> str:
    """A moment for people: 4 May 2026, 14:05 UTC."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[PostingForms],
    )
    env.globals.update(form_token=form_token_here)
    env.filters.update(clock=clock, percent=percent, number=number, day=day)
    return env


def _who(request: Request) -> dict[str, Any]:
    """What every page may say of who looks at it; None before that is known."""
    return {"visitor": getattr(request.state, "visitor", None), "csrf": token_of(request)}


TEMPLATES = Jinja2Templates(env=_environment(), context_processors=[_who])


def render(
    request: Request, name: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> Response:
    """A page or a fragment."""
    return TEMPLATES.TemplateResponse(request, name, context or {}, status_code=status)
