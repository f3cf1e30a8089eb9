"""ChatModel over LangChain: typed replies, streams and yes/no votes. Prompts are never logged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from app.adapters.llm.votes import QUESTION, yes_share
from app.ports.errors import ModelMisbehaved, ModelUnavailable, PortError
from app.ports.language import Answer, Prompt

Result = TypeVar("Result")

REPAIR = "Your last reply did not fit the required JSON schema. Reply again with that JSON alone."
UNDECIDED = 0.5


class Ballot(BaseModel):
    """One verdict per statement, in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdicts: list[bool]


class LangChainModel:
    """One language model by LangChain; the client is made when it is first needed."""

    def __init__(
        self,
        name: str,
        connect: Callable[[], Any],
        *,
        capable: bool,
        logprobs: bool,
        timeout: float,
    ) -> None:
        """Remember how to reach the model.

        Args:
            name: As in the settings.
            connect: Makes the LangChain chat model; may block, and may raise.
            capable: Whether it may write and judge by itself.
            logprobs: Whether its API may give log-probabilities of tokens.
            timeout: Seconds before a call counts as failed; loading a local model is not counted.
        """
        self._name = name
        self._connect = connect
        self._capable = capable
        self._logprobs = logprobs
        self._timeout = timeout
        self._client: Any = None
        self._connecting = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model as the settings name it."""
        return self._name

    @property
    def capable(self) -> bool:
        """Whether it may write probes and judge levels by itself."""
        return self._capable

    async def reply(self, prompt: Prompt, answer: type[Answer]) -> Answer:
        """A typed answer, asked for a second time when the first breaks the schema.

        Raises:
            ModelUnavailable: It can't be reached, or took too long.
            ModelMisbehaved: Both answers broke the schema.
        """
        return await self._typed(prompt.text, answer)

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """Free text as it is written; each piece must come within the timeout.

        Raises:
            ModelUnavailable: It can't be reached, or stalled.
        """
        client = await self._connected()
        pieces = client.astream([("user", prompt.text)])
        while True:
            try:
                async with asyncio.timeout(self._timeout):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except Exception as error:
                raise _ours(self._name, error) from error
            if isinstance(piece.content, str) and piece.content:
                yield piece.content

    async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        """P(Yes), 0..1, that each statement is true of the prefix. Raw: not calibrated.

        By the log-probabilities of one token where the model gives them; else by one typed reply,
        as .9 or .1. A token that is neither word counts as no opinion.

        Raises:
            ModelUnavailable: It can't be reached, or took too long.
            ModelMisbehaved: It gave another number of verdicts.
        """
        if not statements:
            return ()
        if self._logprobs:
            shares = await self._shares(prefix, statements)
            if shares is not None:
                return shares
        numbered = "\n".join(f"{number}. {text}" for number, text in enumerate(statements, 1))
        ballot = await self._typed(QUESTION.ballot(prefix, numbered), Ballot)
        if len(ballot.verdicts) != len(statements):
            raise ModelMisbehaved(
                f"{self._name}: expected {len(statements)} verdicts, found {len(ballot.verdicts)}"
            )
        return tuple(0.9 if verdict else 0.1 for verdict in ballot.verdicts)

    async def _shares(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...] | None:
        """One vote each; None when the server gives or takes no log-probabilities."""
        client = await self._connected()
        one_token = client.bind(max_tokens=1, temperature=0, logprobs=True, top_logprobs=20)
        shares: list[float] = []
        for statement in statements:
            text = QUESTION.single(prefix, statement)
            try:
                message = await self._timed(one_token.ainvoke([("user", text)]))
            except ModelMisbehaved:
                return None  # this request was refused; the next one may not be
            given = message.response_metadata.get("logprobs")
            if given is None:
                self._logprobs = False  # this server has none: don't ask again
                return None
            share = yes_share(given)
            shares.append(UNDECIDED if share is None else share)
        return tuple(shares)

    async def _typed(self, text: str, answer: type[Answer]) -> Answer:
        client = await self._connected()
        typed = client.with_structured_output(answer, method="json_schema", include_raw=True)
        messages = [("user", text)]
        for _ in range(2):
            try:
                result = await self._timed(typed.ainvoke(messages))
            except ModelMisbehaved as error:
                if not isinstance(error.__cause__, ValidationError | ValueError):
                    raise
                result = {}
            parsed = result.get("parsed")
            if isinstance(parsed, answer):
                return parsed
            messages = [("user", text), ("user", REPAIR)]
        raise ModelMisbehaved(f"{self._name}: expected {answer.__name__} as JSON, found other text")

    async def _timed(self, call: Any) -> Any:  # noqa: ANN401  # LangChain's replies differ by kind
        try:
            async with asyncio.timeout(self._timeout):
                return await call
        except Exception as error:
            raise _ours(self._name, error) from error

    async def _connected(self) -> Any:  # noqa: ANN401  # LangChain is imported late
        async with self._connecting:
            if self._client is None:
                try:
                    self._client = await asyncio.to_thread(self._connect)
                except Exception as error:
                    raise _ours(self._name, error) from error
            return self._client


def _ours(name: str, error: Exception) -> PortError:
    """The error in our words; what the prompt or the reply said is left out."""
    if isinstance(error, PortError):
        return error
    import httpx2  # openai's own; like the next two it is loaded late
    import ollama
    import openai

    kind = type(error).__name__
    late = openai.APITimeoutError | httpx.TimeoutException | httpx2.TimeoutException
    if isinstance(error, late | TimeoutError):
        return ModelUnavailable(f"{name}: expected an answer in time, found none")
    lost = openai.APIConnectionError | httpx.TransportError | httpx2.TransportError
    if isinstance(error, lost | ConnectionError):
        return ModelUnavailable(f"{name}: expected a server, found none ({kind})")
    if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return ModelMisbehaved(f"{name}: the server refused the request ({kind})")
    if isinstance(error, openai.APIStatusError | ollama.ResponseError):
        return ModelUnavailable(f"{name}: the server answered {error.status_code}")
    return ModelMisbehaved(f"{name}: the answer could not be read ({kind})")
