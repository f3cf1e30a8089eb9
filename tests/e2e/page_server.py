"""The web app over fakes behind a real port: for pages whose live half a test scripts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from tests.fakes.web import filled


@contextmanager
def page_server() -> Iterator[str]:
    """The address of the app; no models, no database. A thread of its own holds its loop."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    made: list[uvicorn.Server] = []

    def serve() -> None:
        made.append(uvicorn.Server(uvicorn.Config(filled().app(), log_level="warning")))
        made[0].run(sockets=[listening])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        httpx.get(address, timeout=60).raise_for_status()
        yield address
    finally:
        for server in made:
            server.should_exit = True
        thread.join(timeout=10)
