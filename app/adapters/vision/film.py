"""Takes moving pictures apart: an mjpeg stream (JPEGs end to end) into its frames."""

from __future__ import annotations

from collections.abc import Iterator

_START, _END = b"\xff\xd8", b"\xff\xd9"


def jpegs_of(stream: bytes) -> Iterator[bytes]:
    """Each JPEG between its start and end marks; what follows the last whole one is left out."""
    at = stream.find(_START)
    while at >= 0:
        end = stream.find(_END, at)
        if end < 0:
            return
        yield stream[at : end + 2]
        at = stream.find(_START, end)
