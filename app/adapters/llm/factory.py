"""Making the chat model that a setting names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from app.adapters.llm.chat import LangChainModel
from app.adapters.llm.first_layers import first_layers
from app.adapters.llm.local import ALIAS, LocalServer, shared_server
from app.adapters.llm.states import LocalStates
from app.domain.errors import BadContent

LOCAL_TIMEOUT_FACTOR = 6.0
"""The local model serves one call at a time on the CPU; others wait in its queue."""
LOCAL_FILE = ("local-llm", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
STATE_LAYERS = 18
"""Of its 28; what tells right from wrong is plainest there (docs/decisions/0024)."""


class ModelSettings(Protocol):
    """What the settings say about language models; times in seconds."""

    @property
    def openai_base_url(self) -> str | None:
        """An OpenAI-compatible server, if not OpenAI's own."""
        ...

    @property
    def openai_api_key(self) -> str | None:
        """Its key."""
        ...

    @property
    def ollama_url(self) -> str:
        """The Ollama server."""
        ...

    @property
    def model_timeout(self) -> float:
        """How long a call may take."""
        ...

    @property
    def threads(self) -> int:
        """Threads of the local model."""
        ...


class ModelFolder(Protocol):
    """Where model files are."""

    def path(self, name: str, file: str) -> Path:
        """One file of a model."""
        ...


def make_model(name: str, *, settings: ModelSettings, models: ModelFolder) -> LangChainModel | None:
    """The model named "local", "openai:MODEL" or "ollama:MODEL"; None for "none".

    Nothing is imported or reached before its first use, and all roles share one local server.

    Raises:
        BadContent: The name is none of these.
    """
    kind, _, model = name.partition(":")
    timeout = settings.model_timeout
    if name == "none":
        return None
    if name == "local":
        slow = timeout * LOCAL_TIMEOUT_FACTOR
        connect = _openai(ALIAS, lambda: _local(settings, models).base_url(), None, slow, 0.0)
        return LangChainModel(name, connect, capable=False, logprobs=True, timeout=slow)
    if kind == "openai" and model:
        key = settings.openai_api_key
        connect = _openai(model, lambda: settings.openai_base_url, key, timeout)
        return LangChainModel(name, connect, capable=True, logprobs=True, timeout=timeout)
    if kind == "ollama" and model:
        connect = _ollama(model, settings.ollama_url, timeout)
        return LangChainModel(name, connect, capable=True, logprobs=False, timeout=timeout)
    raise BadContent(f"expected none, local, openai:MODEL or ollama:MODEL, found {name!r}")


def make_states(*, settings: ModelSettings, models: ModelFolder) -> LocalStates:
    """The local model's hidden states; a copy of its first layers is made at the first call.

    Raises:
        ModelUnavailable: The model file is missing, or the copy can't be made.
    """
    source = models.path(*LOCAL_FILE)
    short = first_layers(
        source, source.with_name(f"first-{STATE_LAYERS}-layers.gguf"), STATE_LAYERS
    )
    server = shared_server(short, settings.threads)
    slow = settings.model_timeout * LOCAL_TIMEOUT_FACTOR
    return LocalStates(server, f"{LOCAL_FILE[1]}, layer {STATE_LAYERS}", slow)


def _local(settings: ModelSettings, models: ModelFolder) -> LocalServer:
    return shared_server(models.path(*LOCAL_FILE), settings.threads)


def _openai(
    model: str,
    base_url: Callable[[], str | None],
    key: str | None,
    timeout: float,
    temperature: float | None = None,
) -> Callable[[], Any]:
    def connect() -> Any:  # noqa: ANN401  # LangChain is imported late
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient
        from pydantic import SecretStr

        return ChatOpenAI(
            model=model,
            base_url=base_url(),
            api_key=SecretStr(key or "none"),
            timeout=timeout,
            max_retries=0,
            temperature=temperature,
            http_async_client=DefaultAsyncHttpxClient(timeout=timeout),  # else shared by loops
        )

    return connect


def _ollama(model: str, url: str, timeout: float) -> Callable[[], Any]:
    def connect() -> Any:  # noqa: ANN401  # LangChain is imported late
        from langchain_ollama import ChatOllama

        return ChatOllama(
            model=model, base_url=url, client_kwargs={"timeout": timeout}, temperature=0
        )

    return connect
