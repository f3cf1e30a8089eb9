"""Start the web server: one process that holds everything, unless settings say otherwise."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from app.settings import Settings
from app.web.app import create_app
from app.wiring import Wiring, configure_logging, open_wiring

log = logging.getLogger(__name__)


class PortTaken(Exception):
    """Another program listens on the port already."""


def serve(settings: Settings, host: str | None = None, port: int | None = None) -> None:
    """Serve until interrupted; prints the address once people can come in.

    Raises:
        PortTaken: the port is in use.
    """
    configure_logging(settings.log_level)
    settings = settings.model_copy(update={"host": host or settings.host})
    listener = _listen(settings.host, settings.port if port is None else port)
    asyncio.run(_serve(settings, listener))


async def _serve(settings: Settings, listener: socket.socket) -> None:
    async with open_wiring(settings) as wiring:
        server = _Server(
            uvicorn.Config(
                _application(wiring),
                log_config=None,
                log_level=settings.log_level,
                access_log=False,
                ws_max_size=300_000,
                ws_ping_interval=20.0,
                proxy_headers=settings.base_url is not None,
                timeout_graceful_shutdown=5,
            )
        )
        server.address = _address(settings, listener)
        await server.serve(sockets=[listener])


def _application(wiring: Wiring) -> FastAPI:
    application = create_app(wiring.services)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await wiring.services.hall.close()

    application.router.lifespan_context = lifespan
    return application


class _Server(uvicorn.Server):
    """A server that says where it listens once it does."""

    address = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"Sounding is ready at {self.address}\n")
            sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"port {port} on {host} can't be used ({error.strerror}). "
            "Stop the other program, or choose another port with --port."
        ) from error
    return listener


def _address(settings: Settings, listener: socket.socket) -> str:
    if settings.base_url:
        return settings.base_url
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"
