"""Making the chat model that a setting names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.adapters.llm.chat import LangChainModel
from app.adapters.llm.local import ALIAS, LocalServer
from app.domain.errors import BadContent

LOCAL_TIMEOUT_FACTOR = 6.0
"""The local model serves one call at a time on the CPU; others wait in its queue."""


def make_model(
    name: str,
    *,
    timeout: float,
    openai_base_url: str | None = None,
    openai_api_key: str | None = None,
    ollama_url: str = "http://127.0.0.1:11434",
    local: LocalServer | None = None,
) -> LangChainModel | None:
    """The model named "local", "openai:MODEL" or "ollama:MODEL"; None for "none".

    Nothing is imported or reached before its first use.

    Args:
        name: As in the settings.
        timeout: Seconds before a call fails.
        openai_base_url: An OpenAI-compatible server, if not OpenAI's own.
        openai_api_key: Its key.
        ollama_url: The Ollama server.
        local: The process's local server, needed for "local".

    Raises:
        BadContent: The name is none of these, or "local" without a server.
    """
    kind, _, model = name.partition(":")
    if name == "none":
        return None
    if name == "local" and local is not None:
        connect = _openai(ALIAS, local.base_url, "local", timeout * LOCAL_TIMEOUT_FACTOR)
        slow = timeout * LOCAL_TIMEOUT_FACTOR
        return LangChainModel(name, connect, capable=False, logprobs=True, timeout=slow)
    if kind == "openai" and model:
        connect = _openai(model, lambda: openai_base_url, openai_api_key, timeout)
        return LangChainModel(name, connect, capable=True, logprobs=True, timeout=timeout)
    if kind == "ollama" and model:
        connect = _ollama(model, ollama_url, timeout)
        return LangChainModel(name, connect, capable=True, logprobs=False, timeout=timeout)
    raise BadContent(f"expected none, local, openai:MODEL or ollama:MODEL, found {name!r}")


def _openai(
    model: str, base_url: Callable[[], str | None], key: str | None, timeout: float
) -> Callable[[], Any]:
    def connect() -> Any:  # noqa: ANN401  # LangChain is imported late
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=model,
            base_url=base_url(),
            api_key=SecretStr(key or "none"),
            timeout=timeout,
            max_retries=0,
        )

    return connect


def _ollama(model: str, url: str, timeout: float) -> Callable[[], Any]:
    def connect() -> Any:  # noqa: ANN401  # LangChain is imported late
        from langchain_ollama import ChatOllama

        return ChatOllama(
            model=model, base_url=url, client_kwargs={"timeout": timeout}, temperature=0
        )

    return connect
