"""Sends messages over HTTP: to the very address that was checked, and nowhere it leads on to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping

import httpx

from app.adapters.webhooks.addresses import destination, may_go_to
from app.ports.errors import AddressForbidden, WebhookUnreachable
from app.ports.webhooks import Answered

SECONDS = 10.0
LONGEST_ASKED_S = 6 * 3600.0
INWARD = (
    "this address leads into a private network or to this machine; "
    "SOUNDING_WEBHOOKS_PRIVATE=1 allows that"
)


class HttpSender:
    """One request a message; `private` lets it go into private networks and to this machine."""

    def __init__(self, *, private: bool = False, seconds: float = SECONDS) -> None:
        self._private = private
        self._seconds = seconds

    async def check(self, url: str) -> None:
        """Raise AddressForbidden for what no message may be sent to; or WebhookUnreachable."""
        await self._resolved(url)

    async def send(self, url: str, headers: Mapping[str, str], body: str) -> Answered:
        """Send it once; the answer's body is not read."""
        address = await self._resolved(url)
        there = httpx.URL(url)
        named = {**headers, "host": there.netloc.decode("ascii")}
        # The name is looked up once: between a check and a second look-up it could change.
        request = httpx.Request(
            "POST",
            there.copy_with(host=address),
            headers=named,
            content=body.encode(),
            extensions={"sni_hostname": there.host},
        )
        try:
            async with asyncio.timeout(self._seconds):
                return await self._sent(request)
        except (httpx.HTTPError, OSError, TimeoutError) as error:
            raise WebhookUnreachable(f"no answer: {type(error).__name__}") from error

    async def _sent(self, request: httpx.Request) -> Answered:
        client = httpx.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=self._seconds, http2=False
        )
        async with client:
            request.extensions["timeout"] = httpx.Timeout(self._seconds).as_dict()
            answer = await client.send(request, stream=True)
            await answer.aclose()
        return Answered(answer.status_code, _asked(answer.headers.get("retry-after", "")))

    async def _resolved(self, url: str) -> str:
        """The address to connect to; one forbidden address forbids the name."""
        host, port = destination(url, private=self._private)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError, UnicodeError) as error:
            raise WebhookUnreachable("the name could not be found") from error
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(may_go_to(a, private=self._private) for a in addresses):
            raise AddressForbidden(INWARD)
        return addresses[0]


def _asked(text: str) -> float | None:
    """The seconds of a `Retry-After`; a date is not read."""
    return min(float(text), LONGEST_ASKED_S) if text.isdecimal() and len(text) < 9 else None
