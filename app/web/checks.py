"""The device check: hear what a microphone sends, and speak a sample."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter, Depends, HTTPException, Request, Response

from app.ports.errors import EngineBusy, SpeechUnavailable
from app.ports.speech import SAMPLE_RATE
from app.web.access import VISITORS
from app.web.dependencies import ServicesDep
from app.web.frames import limited_body
from app.web.voices import AT_ONCE, spoken

router = APIRouter(prefix="/check", dependencies=[Depends(VISITORS)])
MOST_BYTES = 15 * SAMPLE_RATE * 2
SAMPLE = "Hello. I am Sounding, an AI interviewer. This is how I sound."


@router.post("/hear")
async def hear(request: Request, services: ServicesDep) -> dict[str, str]:
    """What was understood of PCM16 samples at 16 kHz; nothing is kept."""
    body = await limited_body(request, MOST_BYTES)
    if len(body) < SAMPLE_RATE // 2 or len(body) % 2:
        raise HTTPException(422, "Expected a quarter of a second of 16-bit samples or more.")
    try:
        async with AT_ONCE:
            heard = await services.engines.transcribe(np.frombuffer(body, dtype="<i2"))
    except (SpeechUnavailable, EngineBusy) as error:
        text = "Speech recognition is not available. You can type your answers."
        raise HTTPException(503, text) from error
    return {"text": "" if heard.unreliable else heard.text}


@router.get("/voice")
async def voice(services: ServicesDep) -> Response:
    """The interviewer's voice as a WAV file."""
    return await spoken(services, SAMPLE, "Questions are shown as text.")
