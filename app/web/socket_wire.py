"""What the server says over one WebSocket."""

from __future__ import annotations

from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from app.ports.metrics import MetricsSink


class SocketWire:
    """A `Wire` over one WebSocket; sending to a lost one does nothing."""

    def __init__(self, socket: WebSocket, metrics: MetricsSink) -> None:
        self._socket = socket
        self._metrics = metrics

    async def send(self, message: dict[str, Any]) -> None:
        """Send one JSON event; what tells of a failure is counted by its code."""
        if message["type"] in {"error", "notice"}:
            self._metrics.failed(message["code"])
        try:
            await self._socket.send_json(message)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def send_audio(self, pcm: bytes) -> None:
        """Send one binary frame."""
        try:
            await self._socket.send_bytes(pcm)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def close(self, code: int) -> None:
        """Close the connection."""
        try:
            await self._socket.close(code)
        except RuntimeError:
            return

    async def refuse(
        self, code: str, text: str, *, close: int | None = None, **more: float
    ) -> None:
        """Tell what was wrong, and close when it can't go on."""
        error = {"type": "error", "code": code, "text": text, "fatal": close is not None}
        await self.send(error | more)
        if close is not None:
            await self.close(close)
