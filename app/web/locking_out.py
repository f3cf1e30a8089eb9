"""A socket stays open no longer than its person may open it: who signs out is let out."""

from __future__ import annotations

import asyncio

from starlette.exceptions import WebSocketException
from starlette.requests import HTTPConnection

from app.ports.errors import StoreUnavailable
from app.web.access import Rule
from app.web.dependencies import Services


async def locked_out(connection: HTTPConnection, services: Services, rule: Rule) -> None:
    """Return once the rule lets the connection in no longer; looked at every `look_again_s`.

    While the store can't be asked, whoever is inside stays. Without accounts it never returns.
    """
    while True:
        await asyncio.sleep(services.look_again_s)
        connection.state.visitor = None  # whoever asks is looked up once a request
        try:
            await rule(connection, services)
        except WebSocketException:
            return
        except StoreUnavailable:
            continue
