"""What the local model holds of a prompt in the middle of its layers, as numbers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from app.adapters.llm.first_layers import GAIN
from app.adapters.llm.local import ALIAS, LocalServer
from app.adapters.llm.votes import QUESTION
from app.ports.errors import ModelMisbehaved, ModelUnavailable

UNITS = 1536
_SPARE = 4


class LocalStates:
    """Hidden states by a server of the first layers; the first call loads it."""

    def __init__(self, server: LocalServer, name: str, timeout: float) -> None:
        """Remember the server.

        Args:
            server: Of a file that `first_layers` made.
            name: The model and its layer; the same prompt has the same state under the same name.
            timeout: Seconds before a call counts as failed; loading is not counted.
        """
        self._server = server
        self._name = name
        self._timeout = timeout

    @property
    def name(self) -> str:
        """The model and its layer."""
        return self._name

    def load(self) -> None:
        """Load the model now; blocks seconds. Raises ModelUnavailable."""
        self._server.base_url()

    async def states(
        self, prefix: str, statements: tuple[str, ...]
    ) -> tuple[NDArray[np.float32], ...]:
        """The state, 1,536 numbers, where the model would say yes or no to each statement.

        Raises:
            ModelUnavailable: The model can't be loaded or reached, or took too long.
            ModelMisbehaved: It gave something else.
        """
        address = await asyncio.to_thread(self._server.base_url)
        found = []
        try:
            async with httpx.AsyncClient(timeout=self._timeout) as client:
                for statement in statements:
                    body = _request(QUESTION.single(prefix, statement))
                    reply = await client.post(f"{address}/chat/completions", json=body)
                    reply.raise_for_status()
                    found.append(state_of(reply.json()))
        except httpx.TimeoutException as error:
            raise ModelUnavailable(f"{self._name}: expected a state in time") from error
        except httpx.HTTPStatusError as error:
            code = error.response.status_code
            raise ModelMisbehaved(f"{self._name}: the server answered {code}") from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(f"{self._name}: {type(error).__name__}") from error
        return tuple(found)


def _request(text: str) -> dict[str, Any]:
    return {
        "model": ALIAS,
        "messages": [{"role": "user", "content": text}],
        "max_tokens": 1,
        "temperature": 0,
        "logprobs": True,
        "top_logprobs": UNITS + _SPARE,
    }


def state_of(reply: Any) -> NDArray[np.float32]:  # noqa: ANN401  # JSON of the server
    """The state out of a completion's log-probabilities.

    Each unit stands with its sign in one of two tokens above all others, whose log-probability is
    that of nothing; a unit on neither list is nothing as well.

    Raises:
        ModelMisbehaved: There are no such log-probabilities.
    """
    try:
        given = reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        ids = np.array([each["id"] for each in given])
        logs = np.array([each["logprob"] for each in given], dtype=np.float64)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ModelMisbehaved("expected the log-probabilities of a state") from error
    if len(ids) != UNITS + _SPARE or not np.isfinite(logs).all():
        raise ModelMisbehaved(f"expected {UNITS + _SPARE} log-probabilities, found {len(ids)}")
    state = np.zeros(UNITS, np.float32)
    own = ids < 2 * UNITS
    signs = np.where(ids[own] < UNITS, 1.0, -1.0)
    state[ids[own] % UNITS] = signs * (logs[own] - logs.min()) / GAIN
    return state
