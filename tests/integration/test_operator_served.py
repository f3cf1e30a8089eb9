"""The operator's figures on a real server: wired, and closed to what a proxy may have passed on."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.needs import need_model
from tests.postgres import NewStore
from tests.served import Served, served

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server(store_with_bank: NewStore) -> Iterator[Served]:
    for name in ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm"):
        need_model(name)
    settings = {"SOUNDING_INTERVIEWER_MODEL": "none", "SOUNDING_GRADER_MODEL": "none"}
    with store_with_bank() as url, served(SOUNDING_DATABASE_URL=url, **settings) as running:
        yield running


def test_the_machine_itself_sees_the_page_and_the_figures(server: Served) -> None:
    page = httpx.get(f"{server.url}/operator", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "0 of 4" in " ".join(page.text.split())
    text = httpx.get(f"{server.url}/metrics").text
    samples = {s.name: s.value for f in text_string_to_metric_families(text) for s in f.samples}
    assert samples["sounding_live_interviews_limit"] == 4
    assert samples["sounding_turns_total"] == 0
    assert 'sounding_lane_waiting{lane="hear"} 0.0' in text


def test_a_forwarded_request_sees_nothing(server: Served) -> None:
    for path in ("/operator", "/operator/now", "/operator/turns", "/metrics"):
        forwarded = {"x-forwarded-for": "127.0.0.1"}
        assert httpx.get(f"{server.url}{path}", headers=forwarded).status_code == 403
