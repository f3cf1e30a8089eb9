"""Every route of the app, asked by everybody for one's own, another's, unknown and malformed ids.

A parameter that names a thing is `OWNED`, opened `BY_ADDRESS`, or `PUBLIC`; each form is filled so
far that the route looks the thing up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from fastapi.routing import APIRoute, iter_route_contexts

from app.web.form_tokens import HEADER, SAFE
from app.web.forms import TOKEN
from tests.fakes.markers import CALLERS, IDS, LEARNER, OF, SIDES
from tests.fakes.peopled import Peopled

UNKNOWN = "00000000-0000-4000-8000-00000000ffff"
MALFORMED = "not-an-id-!"
PUBLIC = {
    "question_id": "list-versus-tuple",
    "criterion_id": "correctness",
    "index": "2",
    "kind": "question",
    "act": "draft",
    "stakeholder_id": "clinic-booking",
    "named": "yaml",
    "line": "0",
}
OWNED: tuple[str, ...] = (
    *("interview_id", "contest_id", "exchange_id", "drill_id", "key_id", "assignment_id"),
    *("invitation_id", "import_id", "item_id", "note_id", "person_id", "reader_id"),
    *("webhook_id", "delivery_id"),
)
BY_ADDRESS = ("receipt_id", "token", "secret")  # whoever was given it holds it
PARENT = {
    "contest_id": "interview_id",
    "invitation_id": "assignment_id",
    "reader_id": "interview_id",
    "delivery_id": "webhook_id",
}
READER = {"mine": "assigned", "theirs": "interviewer"}  # of one's own done interview, or of none
QUERIES = {
    "/author/items/{kind}/{item_id}/diff": "?before=draft&after=draft",
    "/interviews/{interview_id}/audio": "?to=1",
    "/api/library/{kind}/{item_id}/differences": "?before=draft&after=draft",
}
JSON: dict[str, dict[str, object]] = {
    "/api/people/{person_id}": {"disabled": True},
    "/api/webhooks/{webhook_id}": {"disabled": True},
    "/interviews/{interview_id}/code/versions": {"code": "x = 1"},
    "/interviews/{interview_id}/code/runs": {"code": "x = 1"},
    "/interviews/{interview_id}/code/events": {"kind": "paste", "characters": 3},
    "/api/assignments/{assignment_id}/closed": {"closed": True},
    "/api/assignments/{assignment_id}/invitations": {"people": [{"name": "Somebody new"}]},
    "/api/assignments/{assignment_id}/invitations/{invitation_id}/accommodations": {
        "accommodations": ["breaks"]
    },
    "/api/coach/exchanges": {"question": "What was my weakest answer?"},
    "/api/coach/exchanges/{exchange_id}/vote": {"vote": "yes"},
    "/api/library/{kind}/{item_id}/draft/try": {"answer": "It is this."},
    "/api/drills/{drill_id}/answer": {"answer": "Once more."},
    "/api/drills/{drill_id}/rating": {"levels": {"idea": 1, "mechanism": 1, "use": 1}},
    "/api/review/{interview_id}/contests/{contest_id}/answer": {"text": "Thank you."},
    "/api/interviews/{interview_id}/contests": {
        "question_id": "list-versus-tuple",
        "criterion_id": "depth",
        "reason": "Look again.",
    },
}
FORMS: dict[str, dict[str, str]] = {
    "/coach/exchanges/{exchange_id}/helpful": {"vote": "yes"},
    "/drills/{drill_id}/answer": {"answer": "Once more."},
    "/drills/{drill_id}/rating": {"idea": "1", "mechanism": "1", "use": "1"},
    "/interviews/{interview_id}/agree": {"way": "text"},
    "/interviews/{interview_id}/weights": {"content": "50", "delivery": "30", "presence": "20"},
    "/interviews/{interview_id}/turns/{index}/amendment": {"text": "In my own words."},
    "/interviews/{interview_id}/contests": {
        "question": "list-versus-tuple",
        "criterion": "depth",
        "reason": "Look again.",
    },
    "/interviews/{interview_id}/groups": {"agree": "yes", "gender": "woman"},
    "/interviews/{interview_id}/withdraw": {"modality": "recording"},
    "/review/{interview_id}/contests/{contest_id}/answer": {"text": "Thank you."},
    "/review/{interview_id}/cards/{question_id}/criteria/{criterion_id}/mark": {
        "level": "1",
        "reason": "No.",
        "edition": "e",
    },
    "/review/{interview_id}/cards/{question_id}/reviewed": {"edition": "e"},
    "/assignments/{assignment_id}/invitations": {"names": "Somebody new"},
    "/assignments/{assignment_id}/invitations/{invitation_id}/help": {"accommodations": "breaks"},
    "/author/items/{kind}/{item_id}/edit": {"text": "What is this?", "revision": "1"},
    "/author/items/{kind}/{item_id}/publish": {"revision": "1", "reason": "Why not."},
    "/review/{interview_id}/readers": {"who": str(IDS["interviewer"])},
    "/people/{person_id}/readers": {"who": str(IDS["interviewer"])},
    "/people/{person_id}/role": {"role": "interviewer"},
    "/people/{person_id}/door": {"to": "shut"},
    "/people/{person_id}/delete": {"sure": "yes"},
    "/growth/goal": {"sessions": "2", "focus": "pace"},
    "/coach": {"question": "What was my weakest answer?"},
}


def routes() -> list[tuple[str, str, APIRoute]]:
    """Each method of each route of the app."""
    found = (c.original_route for c in iter_route_contexts(place_of_all().app.routes))
    ours = [route for route in found if isinstance(route, APIRoute)]
    return [(method, r.path, r) for r in ours for method in sorted(r.methods or ())]


@cache
def place_of_all() -> Peopled:
    return Peopled()


def params_of(pattern: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\{(\w+)(?::\w+)?\}", pattern))


def owned_of(pattern: str) -> tuple[str, ...]:
    """Those parameters that name somebody's thing, the innermost last."""
    return tuple(name for name in params_of(pattern) if name in OWNED or name in BY_ADDRESS)


def id_of(name: str, side: str, pattern: str) -> str:
    of = OF[side]
    interviews = {"room": of.fresh, "before": of.fresh, "agree": of.fresh, "code": of.fresh}
    interviews |= {"frames": of.fresh, "uploads": of.brought}
    part = next((part for part in pattern.split("/") if part in interviews), "")
    known: dict[str, Any] = {
        "interview_id": interviews.get(part, of.done),
        "contest_id": of.contest,
        "exchange_id": of.handed if pattern.endswith("/settled") else of.exchange,
        "drill_id": of.drill,
        "key_id": of.key,
        "assignment_id": of.assignment,
        "invitation_id": of.invitation,
        "import_id": of.imported,
        "webhook_id": of.webhook,
        "delivery_id": of.delivery,
        "item_id": of.slug,
        "note_id": of.slug,
        "person_id": IDS[READER[side] if "readers/{person_id}" in pattern else LEARNER[side]],
        "reader_id": IDS[READER[side]],
        "receipt_id": of.receipt,
        "token": of.token,
        "secret": of.secret,
    }
    return str(known[name])


def path_of(pattern: str, way: str) -> str:
    """The address, with ids of that kind."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in owned_of(pattern):
            return PUBLIC.get(name, "x")
        inner = name == owned_of(pattern)[-1]
        if way == "theirs in mine":
            return id_of(name, "theirs" if inner else "mine", pattern)
        if way in SIDES:
            return id_of(name, way, pattern)
        if not inner:
            return id_of(name, "mine", pattern)
        return UNKNOWN if way == "unknown" else MALFORMED

    return re.sub(r"\{(\w+)(?::\w+)?\}", value, pattern)


@dataclass(frozen=True)
class Answer:
    """What one caller got of one route."""

    method: str
    pattern: str
    caller: str
    way: str
    path: str
    status: int
    told: str

    @property
    def plain(self) -> tuple[int, str]:
        """Without the ids of the asked path, which an answer may repeat."""
        told = self.told
        for part in sorted(set(self.path.split("/")), key=len, reverse=True):
            if len(part) > 7:
                told = told.replace(part, "ID")
        return self.status, told


def body_for(method: str, pattern: str, caller: str) -> dict[str, Any]:
    """What is sent: a form with its token, or JSON with the token beside it."""
    if method in SAFE:
        return {}
    if pattern in JSON or pattern.startswith("/api/"):
        headers = {HEADER: place_of_all().token(caller)}
        return {"json": JSON.get(pattern, {}), "headers": headers}
    return {"data": token_of(caller) | FORMS.get(pattern, {})}


def token_of(caller: str) -> dict[str, str]:
    """The field that their forms hold."""
    return {TOKEN: place_of_all().token(caller)}


async def ask_everything() -> tuple[Answer, ...]:
    """What everybody gets of every route, each asked of a place that nobody has changed."""
    place_of_all().restore()
    found = []
    transport = httpx.ASGITransport(place_of_all().app, raise_app_exceptions=False)
    own = {"Origin": "http://testserver"}
    for caller in CALLERS:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver", headers=own
        ) as client:
            for method, pattern, _ in routes():
                found += [
                    await _answer(client, method, pattern, caller, way)
                    for way in _ways(pattern, caller)
                ]
    place_of_all().restore()
    return tuple(found)


def _ways(pattern: str, caller: str) -> tuple[str, ...]:
    owned = owned_of(pattern)
    if not owned:
        return ("mine",)
    ways: tuple[str, ...] = ("mine", "theirs", "unknown")
    if len(owned) > 1:
        ways = (*ways, "theirs in mine")
    return (*ways, "malformed") if caller in {"nobody", "owner", "admin"} else ways


async def _answer(
    client: httpx.AsyncClient, method: str, pattern: str, caller: str, way: str
) -> Answer:
    place_of_all().forget_how_often()
    client.cookies = httpx.Cookies(place_of_all().cookies(caller))
    path = path_of(pattern, way)
    at = path + QUERIES.get(pattern, "")
    response = await client.request(method, at, **body_for(method, pattern, caller))
    if method not in SAFE:
        place_of_all().restore()
    told = sorted(f"{k}: {v}" for k, v in response.headers.items() if k != "content-length")
    text = "\n".join((*told, response.text))
    return Answer(method, pattern, caller, way, path, response.status_code, text)
