"""A sink that lists what it was told."""

from __future__ import annotations

from app.domain.metrics import TurnMetrics


class FakeMetricsSink:
    """Keeps everything: `observed`, the codes in `failures`, and how many `sockets` are open."""

    def __init__(self) -> None:
        self.observed: list[TurnMetrics] = []
        self.failures: list[str] = []
        self.sockets = 0

    def observe(self, metrics: TurnMetrics) -> None:
        self.observed.append(metrics)

    def failed(self, code: str) -> None:
        self.failures.append(code)

    def socket_opened(self) -> None:
        self.sockets += 1

    def socket_closed(self) -> None:
        self.sockets -= 1
