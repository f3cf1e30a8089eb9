"""The local language model: llama.cpp's server inside this process, started when first needed."""

from __future__ import annotations

import atexit
import os
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from app.ports.errors import ModelUnavailable

CONTEXT_TOKENS = 4096
ALIAS = "local"


class LocalServer:
    """An OpenAI-compatible server on a free port of 127.0.0.1; share one per process."""

    def __init__(self, file: Path, threads: int) -> None:
        """Remember where the model is; nothing is loaded yet.

        Args:
            file: The GGUF file.
            threads: How many threads it may use.
        """
        self._file = file
        self._threads = threads
        self._server: Any = None
        self._address = ""
        self._lock = Lock()

    def base_url(self) -> str:
        """The address of the running server, ending in `/v1`; blocks seconds while it loads.

        Raises:
            ModelUnavailable: The file is missing or is no model.
        """
        with self._lock:
            if self._server is None:
                self._server, self._address = _start(self._file, self._threads)
            return f"{self._address}/v1"

    def close(self) -> None:
        """Stop the server and free its memory; the next `base_url` starts it anew."""
        with self._lock:
            self._server = None
            self._address = ""


@lru_cache(maxsize=2)
def shared_server(file: Path, threads: int) -> LocalServer:
    """The process's one local server of a file; it is closed when the process ends."""
    server = LocalServer(file, threads)
    atexit.register(server.close)
    return server


def _start(file: Path, threads: int) -> tuple[Any, str]:
    if not file.is_file():
        raise ModelUnavailable(f"expected the model file {file.name}; run `sounding models fetch`")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp  # heavy: only when the local model is used

    params = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.model_alias = {ALIAS}
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.verbosity = -1  # its log would hold prompts
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    try:
        server = xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        raise ModelUnavailable(f"the local model did not load: {type(error).__name__}") from error
    return server, str(server.listening_address)
