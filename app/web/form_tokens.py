"""The token that every form and script of our pages sends back: no other site can know it.

It is bound to the cookie that lets the browser in: that of a sign-in, or the pass of an interview.
A browser that is let in by neither, and a program with a key, need none.
"""

from __future__ import annotations

import hmac
from re import DOTALL, IGNORECASE
from re import compile as pattern_of

from fastapi import HTTPException, Request
from jinja2 import pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from starlette.requests import HTTPConnection

from app.domain.person import digest_of_secret
from app.web.dependencies import Services
from app.web.forms import TOKEN
from app.web.sessions import passes_of, session_of

HEADER = "X-Form-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OUT_OF_DATE = (
    "This did not come from a page of this sign-in, or the page is out of date. "
    "Nothing was changed. Load the page again, then send it once more."
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST_FIELDS = 1000
# An opening tag that posts; what a template says within it may hold any sign.
_IN_TAG = r"(?:\{\{.*?\}\}|\{%.*?%\}|[^<>])*?"
_POSTS = pattern_of(rf"<form\b{_IN_TAG}\bmethod=\"post\"{_IN_TAG}>", DOTALL | IGNORECASE)
_FIELD = (
    "{% if form_token() %}"
    f'<input type="hidden" name="{TOKEN}" value="{{{{ form_token() }}}}">'
    "{% endif %}"
)


def form_token(connection: HTTPConnection, services: Services) -> str:
    """What a page that is made now carries; empty where none is asked for."""
    return next(iter(_right(connection, services, guests=True)), "")


async def check_token(request: Request, services: Services, *, guests: bool) -> None:
    """Refuse what changes something and comes without the token; `guests`: passes let in too."""
    if request.method in SAFE or not services.accounts:
        return
    right = _right(request, services, guests=guests)
    if not right:
        return
    given = request.headers.get(HEADER) or await _sent(request)
    if not any(hmac.compare_digest(given.encode(), token.encode()) for token in right):
        await request.close()
        raise HTTPException(403, OUT_OF_DATE)


class PostingForms(Extension):
    """Puts the token into each form of a template that posts, so that none is forgotten."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Add the field behind each opening tag."""
        return _POSTS.sub(lambda tag: tag.group() + _FIELD, source)


@pass_context
def form_token_here(context: Context) -> str:
    """That of the page being made. A macro with a form is imported `with context`, or fails."""
    request: Request = context["request"]
    return token_of(request)


def token_of(request: Request) -> str:
    """The token for the page that answers this request; empty without accounts."""
    services = getattr(request.app.state, "services", None)
    if services is None or not services.accounts:
        return ""
    return form_token(request, services)


def kind_of(request: Request) -> str:
    """The type that the body is said to have."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _right(connection: HTTPConnection, services: Services, *, guests: bool) -> list[str]:
    """Every token that is right for this browser, that for the path's own interview first."""
    secret = session_of(connection, services)
    let_in_by = [secret] if secret else passes_of(connection) if guests else []
    return [digest_of_secret(f"form {secret}") for secret in let_in_by]


async def _sent(request: Request) -> str:
    if kind_of(request) not in FORMS:
        return ""
    form = await request.form(max_files=1, max_fields=_MOST_FIELDS)
    given = form.get(TOKEN)
    return given if isinstance(given, str) else ""
