"""A scripted chat model."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from app.ports.errors import ModelMisbehaved, ModelUnavailable
from app.ports.language import Answer, Prompt


@dataclass
class FakeChatModel:
    """Replies with `replies` in order: a model as it is, a dict checked against the schema.

    An answer that breaks its schema is asked for once more, as the real ones do. `down` makes every
    call fail; `yes` holds the statements' words that are voted for.
    """

    name: str = "openai:fake"
    capable: bool = True
    replies: list[BaseModel | dict[str, object] | str] = field(default_factory=list)
    pieces: Sequence[str] = ("Hello", " there.")
    yes: Sequence[str] = ()
    down: bool = False
    prompts: list[Prompt] = field(default_factory=list)

    async def reply(self, prompt: Prompt, answer: type[Answer]) -> Answer:
        """The next scripted reply that fits, of two at most."""
        self._asked(prompt)
        for _ in range(2):
            scripted = self.replies.pop(0) if self.replies else {}
            if isinstance(scripted, answer):
                return scripted
            try:
                return answer.model_validate(scripted)
            except ValidationError:
                continue
        raise ModelMisbehaved(f"{self.name}: expected {answer.__name__}, found other text")

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """The scripted pieces."""
        self._asked(prompt)
        for piece in self.pieces:
            yield piece

    async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        """.9 for a statement that holds one of `yes`, else .1."""
        if self.down:
            raise ModelUnavailable(f"{self.name}: expected a server, found none")
        return tuple(0.9 if any(word in text for word in self.yes) else 0.1 for text in statements)

    def _asked(self, prompt: Prompt) -> None:
        self.prompts.append(prompt)
        if self.down:
            raise ModelUnavailable(f"{self.name}: expected a server, found none")


@dataclass
class FakeStateModel:
    """A state of a few numbers, told by the words of a text; the same text has the same state.

    `right` are words that raise the first unit; `down` makes every call fail.
    """

    name: str = "fake, layer 1"
    units: int = 8
    right: Sequence[str] = ()
    down: bool = False
    asked: list[str] = field(default_factory=list)

    async def states(
        self, prefix: str, statements: tuple[str, ...]
    ) -> tuple[NDArray[np.float32], ...]:
        """One for each statement."""
        if self.down:
            raise ModelUnavailable(f"{self.name}: expected a server, found none")
        self.asked += statements
        return tuple(self._state(prefix, text) for text in statements)

    def _state(self, prefix: str, text: str) -> NDArray[np.float32]:
        draw = np.random.default_rng(zlib.crc32(f"{prefix} {text}".encode()))
        state = draw.normal(0, 0.1, self.units).astype(np.float32)
        state[0] += sum(word in text for word in self.right)
        return state
