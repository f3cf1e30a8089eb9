"""Ports of the operator's figures: where measured turns are told, and how they are exported.

Nothing that is told here holds a word, a name or an id as a label.
"""

from __future__ import annotations

from typing import Protocol

from app.domain.metrics import TurnMetrics


class MetricsSink(Protocol):
    """Hears what happens; never fails and never waits."""

    def observe(self, metrics: TurnMetrics) -> None:
        """A turn's metrics were saved; told again when more is known, only what is new counts."""
        ...

    def failed(self, code: str) -> None:
        """Somebody was told of an error of this code: one of a fixed set, never a text."""
        ...

    def socket_opened(self) -> None:
        """A live socket was opened."""
        ...

    def socket_closed(self) -> None:
        """A live socket is gone."""
        ...


class MetricsText(Protocol):
    """All figures as text, for a program that collects them."""

    @property
    def content_type(self) -> str:
        """The media type of the text."""
        ...

    def render(self) -> bytes:
        """The figures as they stand now."""
        ...


class Unobserved:
    """A sink that keeps nothing, where nobody asked for figures."""

    def observe(self, metrics: TurnMetrics) -> None:
        """Nothing is kept."""

    def failed(self, code: str) -> None:
        """Nothing is kept."""

    def socket_opened(self) -> None:
        """Nothing is kept."""

    def socket_closed(self) -> None:
        """Nothing is kept."""
