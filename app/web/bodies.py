"""The end of every request's body: what is longer is refused before it is read."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
UPLOADS = "/uploads"
IMPORTS = frozenset({"/author/import", "/api/imports"})
IMPORT_BYTES = 32_000_000
AROUND_A_FILE = 100_000
TOO_LONG = f"The body ends at {MOST_BYTES} bytes."


class LimitedBodies:
    """Ends bodies at `MOST_BYTES`, uploads at `uploads`; routes may end them earlier."""

    def __init__(self, app: ASGIApp, uploads: int = MOST_BYTES) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the told length at once, else as soon as too much has come."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        longer = {UPLOADS: self._uploads, **dict.fromkeys(IMPORTS, IMPORT_BYTES)}.get(scope["path"])
        most = longer + AROUND_A_FILE if longer is not None else MOST_BYTES
        text = TOO_LONG
        if scope["path"] in IMPORTS:
            text = f"This file is too large. At most {IMPORT_BYTES // 1_000_000} MB are read."
        elif scope["path"] == UPLOADS:
            text = f"This file is too large. At most {self._uploads // 1_000_000} MB are analysed."
        elif _told(scope) > most:
            await JSONResponse({"detail": text}, 413)(scope, receive, send)
            return
        came = 0 if _told(scope) <= most else most  # people are told by a page of the app

        async def limited() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise HTTPException(413, text)  # the app tells it in its own way
            return message

        await self._app(scope, limited, send)


def _told(scope: Scope) -> int:
    """The told length; 0 where none is told, too much where it is no number."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else MOST_BYTES + 1
    return 0
