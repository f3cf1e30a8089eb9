"""The figures for Prometheus: what counts once, what twice, and that nothing private is in them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.adapters.metrics import prometheus
from app.adapters.metrics.prometheus import PrometheusMetrics
from app.domain.metrics import TurnMetrics
from app.ports.metrics import MetricsSink, MetricsText
from tests.fakes.metrics import FakeMetricsSink
from tests.fakes.operated import LOAD, TOKEN, BusyHall, operated
from tests.fakes.web import OPEN, FakeWeb, filled

pytestmark = pytest.mark.integration

ONE, TWO = UUID(int=1), UUID(int=2)
FULL = TurnMetrics(
    ONE, 0, 2.0, 2.05, 2.25, 0.9, 0.4, 0.03, 1.2, 0.6, 0.2, discarded=2, undone=1, cut=1,
    barged_in=True,
)  # fmt: skip


def figures(metrics: MetricsText) -> dict[str, float]:
    """Every sample by its name and labels, as a program that collects them reads it."""
    found = {}
    for family in text_string_to_metric_families(metrics.render().decode()):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.fixture(scope="module")
def web() -> FakeWeb:
    return filled()


def test_a_turn_is_seen_in_every_figure() -> None:
    metrics = PrometheusMetrics()
    metrics.observe(FULL)
    found = figures(metrics)
    for name, seconds in (
        ("response", 2.25), ("excess", 0.25), ("policy_wait", 2.0), ("end_wait", 2.05),
    ):  # fmt: skip
        assert found[f"sounding_turn_{name}_seconds_count"] == 1
        assert found[f"sounding_turn_{name}_seconds_sum"] == pytest.approx(seconds)
    for stage, seconds in (("judge", 0.03), ("recognise", 1.2), ("plan", 0.6), ("speak", 0.2)):
        assert found[f"sounding_turn_stage_seconds_sum{{stage={stage}}}"] == seconds
    assert found["sounding_turn_end_probability_sum{look=first}"] == 0.9
    assert found["sounding_turn_end_probability_sum{look=second}"] == 0.4
    assert found["sounding_turns_total"] == 1
    assert found["sounding_speculations_discarded_total"] == 2
    assert found["sounding_turn_ends_undone_total"] == 1
    assert found["sounding_turn_cuts_total"] == 1
    assert found["sounding_barge_ins_total"] == 1
    assert found["sounding_turn_response_seconds_bucket{le=2.0}"] == 0
    assert found["sounding_turn_response_seconds_bucket{le=2.25}"] == 1


def test_what_is_saved_again_counts_only_where_it_is_new() -> None:
    metrics = PrometheusMetrics()
    metrics.observe(replace(FULL, response_s=None, discarded=1))
    metrics.observe(FULL)
    metrics.observe(FULL)
    found = figures(metrics)
    assert found["sounding_turns_total"] == 1
    assert found["sounding_turn_response_seconds_count"] == 1
    assert found["sounding_turn_excess_seconds_count"] == 1
    assert found["sounding_turn_policy_wait_seconds_count"] == 1
    assert found["sounding_turn_ends_undone_total"] == 1
    assert found["sounding_speculations_discarded_total"] == 2


def test_a_second_hand_over_of_a_turn_that_was_reopened_counts_too() -> None:
    metrics = PrometheusMetrics()
    metrics.observe(FULL)
    metrics.observe(replace(FULL, response_s=None, undone=2))
    metrics.observe(replace(FULL, response_s=2.25, undone=2))
    found = figures(metrics)
    assert found["sounding_turn_response_seconds_count"] == 2
    assert found["sounding_turn_policy_wait_seconds_count"] == 2
    assert found["sounding_turn_stage_seconds_count{stage=plan}"] == 2
    assert found["sounding_turn_ends_undone_total"] == 2
    assert found["sounding_turns_total"] == 1


def test_turns_of_different_interviews_are_different_turns() -> None:
    metrics = PrometheusMetrics()
    for turn in (FULL, replace(FULL, turn=1), replace(FULL, interview_id=TWO)):
        metrics.observe(turn)
    assert figures(metrics)["sounding_turns_total"] == 3


def test_only_so_many_turns_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus, "REMEMBERED_TURNS", 2)
    metrics = PrometheusMetrics()
    for turn in (0, 1, 2, 2, 1, 0):
        metrics.observe(TurnMetrics(ONE, turn))
    assert figures(metrics)["sounding_turns_total"] == 4


def test_what_was_not_measured_is_not_zero() -> None:
    metrics = PrometheusMetrics()
    metrics.observe(TurnMetrics(ONE, 0))
    found = figures(metrics)
    assert found["sounding_turns_total"] == 1
    assert found["sounding_turn_response_seconds_count"] == 0
    assert found["sounding_turn_stage_seconds_count{stage=plan}"] == 0


def test_errors_are_counted_by_code_and_texts_never_become_labels() -> None:
    metrics = PrometheusMetrics()
    for code in ("busy", "busy", "internal", "what the candidate said", "A" * 50, ""):
        metrics.failed(code)
    found = figures(metrics)
    assert found["sounding_errors_total{code=busy}"] == 2
    assert found["sounding_errors_total{code=internal}"] == 1
    assert found["sounding_errors_total{code=other}"] == 3
    assert "candidate" not in metrics.render().decode()


def test_codes_do_not_grow_without_end() -> None:
    metrics = PrometheusMetrics()
    for number in range(100):
        metrics.failed(f"code_{number}")
    codes = [name for name in figures(metrics) if name.startswith("sounding_errors_total{")]
    assert len(codes) == prometheus.MOST_CODES + 1
    assert figures(metrics)["sounding_errors_total{code=other}"] == 100 - prometheus.MOST_CODES


def test_the_load_is_looked_up_when_it_is_asked_for() -> None:
    metrics, now = PrometheusMetrics(), [LOAD]
    metrics.watch(lambda: now[0])
    found = figures(metrics)
    assert found["sounding_live_interviews"] == 4
    assert found["sounding_talking_people"] == 3
    assert found["sounding_live_interviews_limit"] == 4
    assert found["sounding_queued_people"] == 2
    assert found["sounding_recogniser_behind_seconds"] == 0.4
    assert found["sounding_interviews_in_state{state=hearing}"] == 1
    assert found["sounding_lane_waiting{lane=hear}"] == 2
    assert found["sounding_lane_running{lane=hear}"] == 1
    now[0] = replace(LOAD, places=())
    found = figures(metrics)
    assert found["sounding_live_interviews"] == 0
    assert "sounding_interviews_in_state{state=hearing}" not in found


def test_no_id_is_in_the_text() -> None:
    metrics = PrometheusMetrics()
    metrics.watch(lambda: LOAD)
    metrics.observe(replace(FULL, interview_id=LOAD.places[0].interview_id))
    text = metrics.render().decode()
    for place in LOAD.places:
        assert place.interview_id.hex[:8] not in text


def test_two_registries_do_not_know_each_other() -> None:
    one, other = PrometheusMetrics(), PrometheusMetrics()
    one.observe(FULL)
    assert figures(other)["sounding_turns_total"] == 0


def test_the_text_is_served_to_whoever_may_operate(web: FakeWeb) -> None:
    metrics = PrometheusMetrics()
    metrics.watch(lambda: LOAD)
    app = operated(web, hall=BusyHall(LOAD), operator_token=TOKEN, metrics_text=metrics)
    client = TestClient(app)
    assert client.get("/metrics").status_code == 403
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.content == metrics.render()


@pytest.mark.parametrize("kind", ["fake", "prometheus"])
def test_open_sockets_and_what_is_told_at_them_are_counted(web: FakeWeb, kind: str) -> None:
    sink: MetricsSink = FakeMetricsSink() if kind == "fake" else PrometheusMetrics()
    client = TestClient(operated(web, metrics=sink))
    with client.websocket_connect(f"/live/{OPEN}") as socket:
        socket.send_text("nonsense")
        assert socket.receive_json()["code"] == "bad_event"
        assert _sockets(sink) == 1
    with client.websocket_connect(f"/live/{UUID(int=77)}") as socket:
        assert socket.receive_json()["code"] == "unknown_interview"
    assert _sockets(sink) == 0
    assert _codes(sink) == {"bad_event": 1, "unknown_interview": 1}


def test_pages_that_fail_are_counted() -> None:
    web, sink = FakeWeb(), FakeMetricsSink()
    web.store.broken = True
    client = TestClient(operated(web, metrics=sink), raise_server_exceptions=False)
    assert client.get("/interviews").status_code == 503
    assert sink.failures == ["http_503"]


def _sockets(sink: MetricsSink) -> float:
    if isinstance(sink, FakeMetricsSink):
        return sink.sockets
    assert isinstance(sink, PrometheusMetrics)
    return figures(sink)["sounding_connected_sockets"]


def _codes(sink: MetricsSink) -> dict[str, float]:
    if isinstance(sink, FakeMetricsSink):
        return {code: sink.failures.count(code) for code in sink.failures}
    assert isinstance(sink, PrometheusMetrics)
    prefix = "sounding_errors_total{code="
    found = figures(sink)
    return {name[len(prefix) : -1]: found[name] for name in found if name.startswith(prefix)}
