"""Files of other tools, read and written in a process of its own.

A file of 10,000 questions takes seconds of pure computing, which live interviews don't have to
spare; one that was made to take for ever, or all memory, takes only this process with it.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Callable
from typing import Any

from app.adapters.exchange.formats import MAX_BYTES
from app.domain.errors import BadContent
from app.domain.exchange import Content, Exported, Format, Imported

SECONDS = 120.0
MEMORY = 2 * 1024**3
TOO_LONG = "expected a file that can be read in two minutes and 2 GB of memory"


class FilesApart:
    """`BankFiles`; one file at a time, the others wait."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._one = asyncio.Semaphore(1)

    async def read(self, data: bytes, name: str) -> Imported:
        """The drafts of a file; raises BadContent, also for one that takes too long."""
        if len(data) > MAX_BYTES:
            raise BadContent(f"{name}: expected at most {MAX_BYTES >> 20} MB, found more")
        found = await self._asked(("read", data, name), name)
        assert isinstance(found, Imported)  # noqa: S101  # of the other process
        return found

    async def export(self, named: Format, content: Content) -> Exported:
        """The file of this format, with a report of what is not in it."""
        found = await self._asked(("export", named, content), named.value)
        assert isinstance(found, Exported)  # noqa: S101  # of the other process
        return found

    async def _asked(self, job: tuple[Any, ...], name: str) -> object:
        sent = await asyncio.to_thread(pickle.dumps, job)
        async with self._one:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app.adapters.exchange.apart",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                out, _ = await asyncio.wait_for(process.communicate(sent), self._seconds)
            except TimeoutError:
                raise BadContent(f"{name}: {TOO_LONG}") from None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode or not out:
            raise BadContent(f"{name}: {TOO_LONG}")
        # What comes back was made by this module; the stranger's bytes are inside as plain values.
        refused, found = await asyncio.to_thread(pickle.loads, out)
        if refused:
            raise BadContent(refused)
        return found


def main() -> None:
    """One job from stdin, its result to stdout."""
    import resource

    from app.adapters.exchange.formats import export, format_of, read

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    what, first, second = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  # from our parent
    work: Callable[[], object] = (
        (lambda: read(format_of(second, first), first, second))
        if what == "read"
        else (lambda: export(first, second))
    )
    try:
        result = ("", work())
    except BadContent as error:
        result = (str(error), None)
    sys.stdout.buffer.write(pickle.dumps(result))


if __name__ == "__main__":
    main()
