"""Whether a request or a socket comes from our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def same_origin(connection: HTTPConnection) -> bool:
    """True without an `Origin` (no browser), or when it names the host that was asked.

    Behind a proxy, the proxy passes `Host` on; a public address from the settings counts too.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    named = urlsplit(origin).netloc.lower()
    allowed = {connection.headers.get("host", "").lower()}
    services = getattr(connection.app.state, "services", None)
    base_url = getattr(services, "base_url", None)
    if base_url:
        allowed.add(urlsplit(base_url).netloc.lower())
    return bool(named) and named in allowed
