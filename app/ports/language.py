"""Ports of language: chat models by role, embeddings' neighbours live in `embeddings`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

Role = Literal["interviewer", "grader", "coach"]
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Prompt:
    """A rendered prompt with what identifies it."""

    id: str
    version: int
    digest: str
    text: str


class ChatModel(Protocol):
    """One language model in one role.

    `name` is as in the settings ("openai:gpt-...", "local"); `capable` is False for a model that is
    only trusted with yes/no votes (basic mode).
    """

    @property
    def name(self) -> str:
        """The model as the settings name it."""
        ...

    @property
    def capable(self) -> bool:
        """Whether it may write probes and judge levels by itself."""
        ...

    async def reply(self, prompt: Prompt, answer: type[Answer]) -> Answer:
        """A typed answer; raises ModelUnavailable or ModelMisbehaved."""
        ...

    def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """Free text as it is written; raises ModelUnavailable."""
        ...

    async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        """P(Yes), 0..1, that each statement is true of the prefix. Raw: not calibrated."""
        ...


class StateModel(Protocol):
    """A model that shows what it holds of a text, as numbers."""

    @property
    def name(self) -> str:
        """The model and the layer; the same text has the same state under the same name."""
        ...

    async def states(
        self, prefix: str, statements: tuple[str, ...]
    ) -> tuple[NDArray[np.float32], ...]:
        """A state, shape (units,), for each statement after the prefix.

        Raises ModelUnavailable or ModelMisbehaved.
        """
        ...


class PromptLibrary(Protocol):
    """The authored prompts."""

    def render(self, prompt_id: str, **inputs: object) -> Prompt:
        """Render a prompt; raises BadContent when an input is missing or unknown."""
        ...
