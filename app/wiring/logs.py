"""Log lines that tell of an exception without a word that a candidate said."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import copy
from traceback import walk_tb
from types import TracebackType

_Broken = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Wordless(logging.Formatter):
    """Tells of an exception its kinds and places; its message may hold a candidate's words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with nothing of what another handler made of the exception."""
        plain = copy(record)
        plain.exc_text = None
        if record.name == "asyncio":  # below its first line it shows the exception and its task
            plain.msg, plain.args = record.getMessage().partition("\n")[0], ()
        return super().format(plain)

    def formatException(self, ei: _Broken) -> str:
        """Kinds along the chain, first the cause, each with its frames."""
        return "\n".join(_places(ei[1], set())) if ei[1] is not None else ""


def _places(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for other in (before, *inner):
        if other is not None and id(other) not in told:
            yield from _places(other, told)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame, line in walk_tb(error.__traceback__):
        code = frame.f_code
        yield f"  {code.co_filename}:{line} {code.co_name}"


def configure_logging(level: str) -> None:
    """One line per event on stderr; never a transcript, a name, code or a model's reply."""
    handler = logging.StreamHandler()
    handler.setFormatter(Wordless("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for noisy in ("httpx", "procrastinate", "alembic", "faster_whisper", "httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
