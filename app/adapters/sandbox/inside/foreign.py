"""Another language's program: the same walls, then its interpreter in place of this process.

What it tells of a call goes to the third pipe, as in `guest`, by a line of its own language that
is put below the program.
"""

from __future__ import annotations

import os
import signal
from typing import Any, NoReturn

from app.adapters.sandbox.inside import walls
from app.adapters.sandbox.inside.walls import Enclosure

_PLACE = "/tmp"  # noqa: S108 - each program's own, empty, and gone with it
_SURROUNDINGS = {"LC_ALL": "C.UTF-8", "HOME": _PLACE, "TMPDIR": _PLACE, "PATH": ""}


def enter(
    request: dict[str, Any], call: str, enclosure: Enclosure, stdin: int, pipes: list[int]
) -> NoReturn:
    """Become the interpreter; never returns."""
    try:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(signum, signal.SIG_DFL)
        for place, pipe in enumerate((stdin, *pipes)):
            os.dup2(pipe, place)
        os.closerange(4, 64)
        told = enclosure.interpreter
        file = f"{_PLACE}/{told['file']}"
        memory = request["limits"]["memory_mb"]
        words = [word.format(memory_mb=memory) for word in told["words"]]
        walls.strip(enclosure, request["limits"])
        with open(file, "w", encoding="utf-8", errors="backslashreplace") as out:
            out.write(_whole(request["source"], call, told["caller"]))
        origin = {"LD_ORIGIN_PATH": os.path.dirname(told["program"])}  # which /proc would tell
        os.execve(told["program"], [told["program"], *words, file], _SURROUNDINGS | origin)  # noqa: S606 - this is what all the walls are for
    except BaseException as error:  # whatever it is, this process must end here
        os.write(2, f"the sandbox failed: {error!r}\n".encode())
    finally:
        os._exit(120)


def _whole(source: str, call: str, caller: str) -> str:
    if not call:
        return source
    lines = str(len(source.splitlines()))
    return f"{source}\n{caller.replace('LINES', lines).replace('CALL', call)}"
