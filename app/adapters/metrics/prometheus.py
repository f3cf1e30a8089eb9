"""The operator's figures for Prometheus, in a registry of our own: no ids, words or names in it."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from app.domain.load import Load
from app.domain.metrics import TurnMetrics

REMEMBERED_TURNS = 4096
MOST_CODES = 40
OTHER = "other"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHORT = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
_WAITS = (0.2, 0.5, 0.8, 1.0, 1.5, 2.0, 2.25, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0)
_SHARES = tuple(step / 10 for step in range(1, 11))
_STAGES = ("judge", "recognise", "plan", "speak")
_COUNTED = ("discarded", "undone", "cut", "barged_in")
_WORDS = {
    "discarded": ("speculations_discarded", "Speculations that resumed speech threw away."),
    "undone": ("turn_ends_undone", "Ends of turns that were taken back."),
    "cut": ("turn_cuts", "Ends of turns that were taken back while we were speaking."),
    "barged_in": ("barge_ins", "Turns whose question was spoken over."),
}


class PrometheusMetrics:
    """Hears of turns and failures, and renders all figures as text."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._seen: OrderedDict[tuple[UUID, int], TurnMetrics] = OrderedDict()
        self._codes: set[str] = set()
        self._seconds = {
            name: self._histogram(f"turn_{name[:-2]}_seconds", words, buckets)
            for name, words, buckets in (
                ("response_s", "From the end of speech to our first sound.", _WAITS),
                ("excess_s", "Response beyond the wait that the policy chose.", _SHORT),
                ("policy_wait_s", "Silence that the policy chose to wait.", _WAITS),
                ("end_wait_s", "Silence there was before the turn ended.", _WAITS),
            )
        }
        self._stages = self._histogram(
            "turn_stage_seconds", "Last work of a stage in a turn.", _SHORT, "stage"
        )
        self._probability = self._histogram(
            "turn_end_probability", "The turn detector's, by its look.", _SHARES, "look"
        )
        self._turns = self._counter("turns", "Turns with metrics.")
        self._counts = {name: self._counter(*_WORDS[name]) for name in _COUNTED}
        self._errors = self._counter("errors", "Errors and notices that people were told.", "code")
        self._sockets = Gauge(
            "connected_sockets", "Open live sockets.", namespace="sounding", registry=self._registry
        )
        for stage in _STAGES:
            self._stages.labels(stage)
        for look in ("first", "second"):
            self._probability.labels(look)

    def watch(self, load: Callable[[], Load]) -> None:
        """Tell this load too, as it is when the figures are asked for."""
        self._registry.register(_Busy(load))

    def observe(self, metrics: TurnMetrics) -> None:
        """A turn's metrics were saved; of a turn that was told before, only what is new counts.

        An end that was taken back is followed by another hand-over, all of whose times are new.
        """
        key = (metrics.interview_id, metrics.turn)
        before = self._seen.pop(key, None)
        self._seen[key] = metrics
        if len(self._seen) > REMEMBERED_TURNS:
            self._seen.popitem(last=False)
        if before is None:
            self._turns.inc()
            before = TurnMetrics(*key)
        self._count(before, metrics)
        if metrics.undone > before.undone:
            before = TurnMetrics(*key)
        for name, histogram in self._seconds.items():
            _observe_new(histogram, getattr(before, name), getattr(metrics, name))
        for stage in _STAGES:
            name = f"{stage}_s"
            _observe_new(self._stages.labels(stage), getattr(before, name), getattr(metrics, name))
        looks = self._probability.labels
        _observe_new(looks("first"), before.probability, metrics.probability)
        _observe_new(looks("second"), before.second_probability, metrics.second_probability)

    def failed(self, code: str) -> None:
        """Somebody was told of an error; what is no code, or one too many, counts as other."""
        if not _CODE.fullmatch(code) or len(self._codes | {code}) > MOST_CODES:
            code = OTHER
        else:
            self._codes.add(code)
        self._errors.labels(code).inc()

    def socket_opened(self) -> None:
        """A live socket was opened."""
        self._sockets.inc()

    def socket_closed(self) -> None:
        """A live socket is gone."""
        self._sockets.dec()

    def render(self) -> bytes:
        """All figures as they stand now."""
        return generate_latest(self._registry)

    def _count(self, before: TurnMetrics, now: TurnMetrics) -> None:
        for name, counter in self._counts.items():
            counter.inc(max(0, int(getattr(now, name)) - int(getattr(before, name))))

    def _histogram(
        self, name: str, words: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(
            name, words, labels, namespace="sounding", buckets=buckets, registry=self._registry
        )

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, namespace="sounding", registry=self._registry)


class _Busy(Collector):
    """How busy the server is, looked up when it is asked for."""

    def __init__(self, load: Callable[[], Load]) -> None:
        self._load = load

    def collect(self) -> Iterator[Metric]:
        load = self._load()
        yield _gauge("live_interviews", "Live interviews that are held.", len(load.places))
        yield _gauge("talking_people", "People who are connected to one.", load.talking)
        yield _gauge("queued_people", "People who wait to be let in.", load.queued)
        yield _gauge("recogniser_behind_seconds", "How late words came of late.", load.behind_s)
        yield _gauge("live_interviews_limit", "People who may talk at once.", load.limit)
        states = GaugeMetricFamily(
            "sounding_interviews_in_state", "Live interviews by state.", labels=["state"]
        )
        for state, count in sorted(load.states.items()):
            states.add_metric([state], count)
        yield states
        for name, words in (("running", "Calls that run."), ("waiting", "Calls that wait.")):
            lanes = GaugeMetricFamily(f"sounding_lane_{name}", words, labels=["lane"])
            for lane in load.lanes:
                calls = lane.waiting if name == "waiting" else lane.held - lane.waiting
                lanes.add_metric([lane.name], calls)
            yield lanes


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"sounding_{name}", words, value=value)


def _observe_new(histogram: Histogram, before: float | None, now: float | None) -> None:
    if now is not None and now != before:
        histogram.observe(now)
