"""The web app: pages, the device check, camera frames and the live socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.security import HTTPBearer
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.ports.errors import StoreUnavailable
from app.web import (
    accounts,
    api,
    api_assignments,
    api_coach,
    api_cohorts,
    api_drafts,
    api_files,
    api_growth,
    api_library,
    api_people,
    api_review,
    api_stakeholders,
    api_webhooks,
    assignments,
    author_editor,
    author_files,
    author_pages,
    calibration,
    checks,
    coach,
    coach_notes,
    code,
    cohorts,
    consents,
    contests,
    frames,
    growth,
    health,
    interviews,
    join,
    live,
    operator_pages,
    pages,
    people,
    provider,
    readers,
    reports,
    reviews,
    stakeholders,
    uploads,
)
from app.web.access import SignInNeeded, undeclared
from app.web.bodies import LimitedBodies
from app.web.dependencies import Services
from app.web.form_tokens import SAFE
from app.web.headers import protect
from app.web.operators import OperatorsOnly
from app.web.origins import same_origin
from app.web.sessions import session_of
from app.web.templating import STATIC, render

ROUTES = (
    api,
    api_people,
    api_assignments,
    api_coach,
    api_cohorts,
    api_drafts,
    api_files,
    api_growth,
    api_library,
    api_review,
    api_stakeholders,
    api_webhooks,
    pages,
    interviews,
    reports,
    contests,
    consents,
    reviews,
    author_files,
    author_editor,
    author_pages,
    calibration,
    checks,
    coach,
    coach_notes,
    code,
    frames,
    growth,
    health,
    live,
    operator_pages,
    uploads,
    accounts,
    provider,
    people,
    readers,
    assignments,
    cohorts,
    join,
    stakeholders,
)
OWN_NAMES = ("localhost", "127.0.0.1", "::1", "[::1]")
# For the document alone: the rules look at the key themselves.
KEY = HTTPBearer(auto_error=False, description="A key of yours, made at /account.")
TITLES = {
    403: "This is not allowed",
    404: "Nothing is here",
    410: "This does not open any more",
    409: "This is not possible just now",
    429: "Too often just now",
    413: "This is more than can be sent",
    422: "Something in the form needs a look",
    500: "Something failed on our side",
    503: "The store does not answer",
}


def create_app(services: Services) -> FastAPI:
    """The app over these services; it starts and stops nothing."""
    app = FastAPI(title="Sounding", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.add_middleware(LimitedBodies, uploads=services.uploads.bytes)
    app.middleware("http")(_guard)
    # Another name that leads here is its own "same origin": it would pass the guard.
    names = [*OWN_NAMES, *services.hosts]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for module in ROUTES:
        documented = module.router.prefix.startswith("/api")
        rule = [Depends(undeclared), *([Depends(KEY)] if documented else [])]
        app.include_router(module.router, dependencies=rule, include_in_schema=documented)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(OperatorsOnly, _operators_only)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(StoreUnavailable, _no_store)
    app.add_exception_handler(Exception, _failure)
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    if request.method not in SAFE and not _own_site(request):
        elsewhere = JSONResponse({"detail": "This request came from another site."}, 403)
        return protect(request, elsewhere)
    return protect(request, await call_next(request))


def _own_site(request: Request) -> bool:
    services: Services = request.app.state.services
    signed = services.accounts and bool(session_of(request, services))
    if signed and not {"origin", "sec-fetch-site"} & set(request.headers):
        return False  # a browser tells one of them; whatever has its cookie and tells none is not
    fetched_from = request.headers.get("sec-fetch-site", "same-origin")
    return fetched_from in {"same-origin", "none"} and same_origin(request)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _failure(request, error)
    response = _error(request, error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _reads(request: Request) -> bool:
    return request.method in SAFE


async def _operators_only(request: Request, error: Exception) -> Response:
    if not isinstance(error, OperatorsOnly) or not _wants_page(request):
        return await _http_error(request, error)
    back = error.back or (str(request.url.replace(scheme="", netloc="")) if _reads(request) else "")
    context = {"token_set": error.token_set, "wrong": error.wrong, "back": back}
    return render(request, "pages/operator/closed.html", context, status=403)


async def _sign_in(request: Request, error: Exception) -> Response:
    """Pages lead to the sign-in and back; programs are told what to send."""
    if not isinstance(error, SignInNeeded) or not _wants_page(request):
        return await _http_error(request, error)
    here = str(request.url.replace(scheme="", netloc="")) if _reads(request) else "/"
    door = f"/sign-in?back={quote(here, safe='/')}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": door})
    return RedirectResponse(door, 303)


async def _bad_request(request: Request, error: Exception) -> Response:
    fields = ""
    if isinstance(error, RequestValidationError):
        names = [str(problem["loc"][-1])[:80] for problem in error.errors()[:20]]
        fields = ", ".join(names).encode("utf-8", "replace").decode()  # a key may be half a letter
    status = 404 if request.method == "GET" and fields == "interview_id" else 422
    text = "There is no such interview." if status == 404 else f"Not understood: {fields}."
    return _error(request, status, text)


async def _no_store(request: Request, error: Exception) -> Response:
    request.app.state.services.metrics.failed("http_503")
    text = "The store can't be reached just now. What was kept is safe. Try again in a moment."
    return _error(request, 503, text)


async def _failure(request: Request, error: Exception) -> Response:
    request.app.state.services.metrics.failed("http_500")
    text = "The page could not be made. Finished answers are safe. Go back and try once more."
    return protect(request, _error(request, 500, text))


def _error(request: Request, status: int, text: str) -> Response:
    if text in {"Not Found", "Method Not Allowed"}:
        text = "The address may be mistyped, or the page has moved."
    if not _wants_page(request):
        return JSONResponse({"detail": text}, status)
    title = TITLES.get(status, "This did not work")
    context = {"title": title, "text": text, "status": status}
    return render(request, "pages/error.html", context, status=status)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
