"""Whether the web process and its store answer."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from app.ports.errors import StoreUnavailable
from app.web.access import ANYONE
from app.web.dependencies import ServicesDep

router = APIRouter(dependencies=[Depends(ANYONE)])


@router.get("/healthz")
async def healthz(services: ServicesDep) -> JSONResponse:
    """200 when the store answers, 503 when it does not."""
    try:
        async with services.store.begin() as work:
            await work.library.digest()
    except StoreUnavailable:
        return JSONResponse({"status": "store unavailable"}, 503)
    return JSONResponse({"status": "ok", "mode": services.mode})
