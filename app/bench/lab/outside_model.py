"""A language model of the world beyond the leaping clock: while it works, time is real."""

from __future__ import annotations

from collections.abc import AsyncIterator

from app.bench.leaping import LeapingLoop
from app.ports.language import Answer, ChatModel, Prompt


class OutsideModel:
    """A chat model whose calls stop the clock from leaping."""

    def __init__(self, model: ChatModel, loop: LeapingLoop) -> None:
        self._model = model
        self._loop = loop

    @property
    def name(self) -> str:
        """As in the settings."""
        return self._model.name

    @property
    def capable(self) -> bool:
        """Whether it may write."""
        return self._model.capable

    async def reply(self, prompt: Prompt, answer: type[Answer]) -> Answer:
        """A typed answer, in real time."""
        with self._loop.outside():
            return await self._model.reply(prompt, answer)

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """Free text, in real time."""
        with self._loop.outside():
            async for piece in self._model.stream(prompt):
                yield piece

    async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        """Votes, in real time."""
        with self._loop.outside():
            return await self._model.votes(prefix, statements)
