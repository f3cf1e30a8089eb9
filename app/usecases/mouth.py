"""The mouth of a live interview: sentences in, paced audio and captions out."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

from app.ports.speech import Sound
from app.usecases.engines import Engines

log = logging.getLogger(__name__)

BLOCK_SECONDS = 0.04
AHEAD_SECONDS = 0.4
KEPT_TEXTS = 24
GRACE_SECONDS = 2.0


class Wire(Protocol):
    """The live connection, as the loop needs it. Sending to a lost one does nothing."""

    async def send(self, message: dict[str, Any]) -> None:
        """Send one JSON event."""
        ...

    async def send_audio(self, pcm: bytes) -> None:
        """Send one binary frame."""
        ...

    async def close(self, code: int) -> None:
        """Close the connection."""
        ...


class Mouth:
    """Speaks one utterance at a time; a new one or `stop` silences the one before."""

    def __init__(
        self,
        engines: Engines,
        *,
        rate: float,
        played: Callable[[int], None],
        began: Callable[[int], None],
        failed: Callable[[], Awaitable[None]],
        took: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._engines = engines
        self._rate = rate
        self._played = played
        self._began = began
        self._failed = failed
        self._took = took
        self._task: asyncio.Task[None] | None = None
        self._preparing: dict[str, asyncio.Task[list[Sound]]] = {}
        self._kept: OrderedDict[str, list[Sound]] = OrderedDict()
        self._utterance = 0

    def prepare(self, texts: list[str]) -> None:
        """Begin to synthesise what may be said next."""
        for text in texts:
            if text and self._known(text) is None and text not in self._preparing:
                task = asyncio.ensure_future(self._synthesise(text))
                task.add_done_callback(partial(self._prepared, text))
                self._preparing[text] = task

    def drop_prepared(self) -> None:
        """What was prepared will not be said."""
        for task in self._preparing.values():
            task.cancel()
        self._preparing.clear()

    def _prepared(self, text: str, task: asyncio.Task[list[Sound]]) -> None:
        """What is done is kept elsewhere; what failed is tried again when it is said."""
        if self._preparing.get(text) is task:
            del self._preparing[text]
        if not task.cancelled():
            task.exception()

    def say(self, wire: Wire, utterance: int, texts: list[str]) -> None:
        """Speak these sentences in order."""
        self._cancel()
        self._utterance = utterance
        self._task = asyncio.ensure_future(self._speak(wire, utterance, texts))

    async def stop(self, wire: Wire | None) -> None:
        """Fall silent at once."""
        if self._cancel() and wire is not None:
            await wire.send({"type": "speech_stop", "utterance": self._utterance})

    def _cancel(self) -> bool:
        running = self._task is not None and not self._task.done()
        if self._task is not None:
            self._task.cancel()
        self._task = None
        return running

    async def _speak(self, wire: Wire, utterance: int, texts: list[str]) -> None:
        ends_at = _now()
        said = 0
        try:
            self.prepare(texts)
            for text in texts:
                for sound in await self._sounds(text):
                    ends_at = await self._send(wire, utterance, text, sound, ends_at)
                said += 1
        except Exception as error:  # the edge of the voice: whatever fails, the text is shown
            log.warning("the voice failed: %s", type(error).__name__)
            await self._failed()
            await self._show(wire, utterance, " ".join(texts[said:]))
        await wire.send({"type": "speech_end", "utterance": utterance})
        left = ends_at - _now()
        await asyncio.sleep(max(0.0, left) + (GRACE_SECONDS if said == len(texts) else 0.0))
        self._played(utterance)

    async def _show(self, wire: Wire, utterance: int, text: str) -> None:
        """A caption without sound."""
        self._began(utterance)
        caption = {"type": "speech", "utterance": utterance, "text": text}
        await wire.send(caption | {"rate": 0, "seconds": 0.0})

    async def _send(
        self, wire: Wire, utterance: int, text: str, sound: Sound, ends_at: float
    ) -> float:
        """Send one sound in blocks, a little ahead of its play-back; when it will have ended."""
        await wire.send(
            {
                "type": "speech",
                "utterance": utterance,
                "text": text,
                "rate": sound.rate,
                "seconds": round(sound.seconds, 3),
            }
        )
        block = round(BLOCK_SECONDS * sound.rate) * 2
        ends_at = max(ends_at, _now())
        for start in range(0, len(sound.pcm), block):
            await wire.send_audio(sound.pcm[start : start + block])
            if start == 0:
                self._began(utterance)
            ends_at += BLOCK_SECONDS
            ahead = ends_at - _now() - AHEAD_SECONDS
            if ahead > 0:
                await asyncio.sleep(ahead)
        return ends_at

    async def _sounds(self, text: str) -> list[Sound]:
        known = self._known(text)
        if known is not None:
            return known
        task = self._preparing.get(text)
        if task is None:
            self.prepare([text])
            task = self._preparing[text]
        return await asyncio.shield(task)

    def _known(self, text: str) -> list[Sound] | None:
        """What this text sounds like, if it was said before or is said by everybody."""
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        return self._engines.learnt(text) if self._rate == 1.0 else None

    async def _synthesise(self, text: str) -> list[Sound]:
        began = _now()
        sounds = [sound async for sound in self._engines.speak(text, rate=self._rate)]
        self._took(_now() - began)
        self._kept[text] = sounds
        while len(self._kept) > KEPT_TEXTS:
            self._kept.popitem(last=False)
        return sounds


def _now() -> float:
    return asyncio.get_running_loop().time()
