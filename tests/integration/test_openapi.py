"""The API does what its OpenAPI document says, whatever it is sent and whoever sends it.

Every operation has a call that works. Then it gets data that the document allows and data that it
does not, with ids that exist and ids that do not, from everybody. No answer is a failure of ours,
and each one is of a status, a type and a shape that the document names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis import openapi as documents
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from app.adapters.store.coaching import PostgresCoaching
from app.adapters.store.self_reports import PostgresSelfReports
from app.adapters.store.store import PostgresStore
from app.domain.person import Role
from tests.fakes.coaching import FakeCoaching
from tests.fakes.keyed import ASKED, Keyed, key_of
from tests.fakes.store import FakeStore
from tests.fakes.web import FakeWeb
from tests.integration.api_calls import CALLS, KNOWN, TO_REVIEW, Works

pytestmark = pytest.mark.integration

EXAMPLES, FEWER = 3, 2
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
REFUSALS = ["400", "401", "403", "404", "409", "412", "413", "422"]
CONFIG = {
    "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
    "generation": {"with-security-parameters": False},  # everybody's key is known here
}
DOCUMENT = documents.from_dict(
    FakeWeb().app().openapi(), config=SchemathesisConfig.from_dict(CONFIG)
)
OPERATIONS = {found.ok().label: found.ok() for found in DOCUMENT.get_all_operations()}
MADE_UP = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def place() -> Keyed:
    return Keyed()


@pytest.fixture(scope="module")
def in_postgres(postgres_url: str) -> Keyed:
    store = _Kept(postgres_url)
    return Keyed(cast(FakeStore, store), cast(FakeCoaching, PostgresCoaching(store)))


@pytest.fixture(autouse=True)
def _restored(place: Keyed) -> Iterator[None]:
    yield
    place.restore()


class _Kept(PostgresStore):
    """The real store, with what the fake one has besides."""

    def self_reports(self) -> PostgresSelfReports:
        return PostgresSelfReports(self)


def test_every_operation_has_a_call_that_works() -> None:
    assert set(CALLS) == set(OPERATIONS)


@pytest.mark.parametrize("label", CALLS)
def test_a_call_that_works_is_answered_as_documented(place: Keyed, label: str) -> None:
    works = CALLS[label]
    sent: dict[str, Any] = {"query": dict(works.query), "headers": dict(works.headers)}
    if works.body is not None:
        sent["body"] = _with_edition(place, works.body)
    case = OPERATIONS[label].Case(path_parameters=_path(label, works), **sent)
    response = case.call(app=place.app, headers=key_of(works.by))
    assert 200 <= response.status_code < 300, response.text
    case.validate_response(response, checks=CHECKS)
    for caller in (None, *Role):
        place.restore()
        _send(place, case, caller, CHECKS)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("label", OPERATIONS)
def test_what_is_made_up_is_answered_as_documented(
    place: Keyed, label: str, mode: GenerationMode
) -> None:
    operation = OPERATIONS[label]
    if mode.is_negative and not (operation.body or list(operation.iter_parameters())):
        return  # nothing can be wrong about it

    @MADE_UP
    @given(case=operation.as_strategy(generation_mode=mode))
    def knock(case: Any) -> None:
        _send(place, case, Role.ADMIN, [*CHECKS, negative_data_rejection])
        if _made_up_path(case):
            case.path_parameters = _path(label, CALLS[label])
        for caller in (Role.ADMIN, Role.CANDIDATE):
            _send(place, case, caller, CHECKS)

    knock()


@pytest.mark.parametrize("label", sorted(OPERATIONS, key=lambda label: "DELETE" in label))
def test_the_real_store_takes_or_refuses_what_is_made_up(in_postgres: Keyed, label: str) -> None:
    """Texts that it can't keep, numbers beyond its range, rows that break its rules."""

    @settings(MADE_UP, max_examples=FEWER)
    @given(case=OPERATIONS[label].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def knock(case: Any) -> None:
        _send(in_postgres, case, Role.ADMIN, CHECKS)
        case.path_parameters = _path(label, CALLS[label])
        _send(in_postgres, case, CALLS[label].by, CHECKS)

    knock()


def _send(place: Keyed, case: Any, caller: Role | None, checks: list[Any]) -> None:
    headers = key_of(caller) if caller is not None else {}
    case.call_and_validate(app=place.app, headers=headers, checks=checks)
    place.restore()


def _path(label: str, works: Works) -> dict[str, Any]:
    known = {**KNOWN, **works.path}
    return {name: value for name, value in known.items() if f"{{{name}}}" in label}


def _made_up_path(case: Any) -> bool:
    """Whether the ids in the path are well formed, and lead nowhere."""
    part = case.meta.components.get(ParameterLocation.PATH)
    return part is not None and part.mode.is_positive


def _with_edition(place: Keyed, body: Any) -> Any:
    if not isinstance(body, dict) or body.get("edition") != "EDITION":
        return body
    return body | {"edition": asyncio.run(_edition(place))}


async def _edition(place: Keyed) -> str:
    async with place.web.store.begin() as work:
        cards = await work.scorecards.of(UUID(TO_REVIEW))
    return next(card.edition for card in cards if card.question_id == ASKED)
