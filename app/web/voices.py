"""Words of ours in the interviewer's voice, as a sound file that a page can play."""

from __future__ import annotations

import asyncio

from fastapi import HTTPException, Response

from app.ports.errors import EngineBusy, SpeechUnavailable
from app.ports.speech import SAMPLE_RATE
from app.web.dependencies import Services
from app.web.wav import wav

AT_ONCE = asyncio.Semaphore(2)


async def spoken(services: Services, text: str, otherwise: str) -> Response:
    """The text as a WAV file; where there is no voice, 503 says what to do `otherwise`."""
    pieces, rate = [], SAMPLE_RATE
    try:
        async with AT_ONCE:
            async for sound in services.engines.speak(text):
                pieces.append(sound.pcm)
                rate = sound.rate
    except (SpeechUnavailable, EngineBusy) as error:
        raise HTTPException(503, f"The voice is not available. {otherwise}") from error
    return Response(wav(b"".join(pieces), rate), media_type="audio/wav")
