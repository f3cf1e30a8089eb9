"""The process that waits behind walls and forks a fresh program for each request.

Three generations: this one never sees a request, so that nothing of one candidate's program is in
the memory of the next; its child reads a request and watches; the grandchildren run a call each.
Requests and replies are JSON with a length of four bytes before it, on stdin and stdout.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import struct
import sys
import time
from typing import Any

from app.adapters.sandbox.inside import foreign, guest, kernel, walls
from app.adapters.sandbox.inside.walls import Enclosure

MOST_RESULT = 600_000
_MOST_REQUEST = 4_000_000
_GRACE = 0.25
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Build the walls, say so, and serve until the service goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    guest.warm()
    with open("/proc/self/statm", encoding="ascii") as file:
        own_memory = int(file.read().split()[0]) * _PAGE
    try:
        enclosure = walls.enclose(
            namespaces="landlock" not in sys.argv, interpreter=json.loads(sys.argv[-1])
        )
    except OSError as error:
        _send({"refused": str(error)})
        return
    if not enclosure.namespaces:
        _serve(enclosure, own_memory)
        return
    child = os.fork()  # the first one in the new namespace of processes
    if child:
        os.close(0)
        os.close(1)
        _end_with_parent()
        os.waitpid(child, 0)
        return
    _serve(enclosure, own_memory)
    os._exit(0)


def _end_with_parent() -> None:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def _serve(enclosure: Enclosure, own_memory: int) -> None:
    _end_with_parent()
    _send({"ready": enclosure.told})
    gc.collect()
    gc.freeze()  # what is shared with the programs stays shared
    while True:
        select.select([0], [], [])
        watcher = os.fork()
        if watcher == 0:
            _answer(enclosure, own_memory)
        if os.waitpid(watcher, 0)[1] != 0:
            return


def _answer(enclosure: Enclosure, own_memory: int) -> None:
    """Read one request, run it, reply, and end; a status other than 0 ends the cell."""
    status = 1
    try:
        request = _receive()
        if request is not None:
            request["limits"]["own_memory"] = own_memory
            until = time.monotonic() + request["limits"]["total_seconds"]
            calls = request["calls"] or [""]
            _send({"outcomes": [_watched(request, call, enclosure, until) for call in calls]})
            status = 0
    finally:
        os._exit(status)


def _watched(
    request: dict[str, Any], call: str, enclosure: Enclosure, until: float
) -> dict[str, Any]:
    """Fork a program, keep what it writes within bounds, and end it in time."""
    limits = request["limits"]
    wall = min(limits["wall_seconds"], until - time.monotonic())
    if wall <= 0:
        return {"stopped": "wall", "result": "", "stdout": "", "stderr": "", "seconds": 0.0}
    stdin = os.memfd_create("stdin")
    os.write(stdin, request["stdin"].encode())
    os.lseek(stdin, 0, os.SEEK_SET)
    pipes = [os.pipe() for _ in range(3)]
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        become = foreign.enter if enclosure.interpreter else guest.enter
        become(request, call, enclosure, stdin, [write for _, write in pipes])
    os.close(stdin)
    for _, write in pipes:
        os.close(write)
    bounds = (limits["output_bytes"], limits["output_bytes"], MOST_RESULT)
    streams = {read: bytearray() for read, _ in pipes}
    most = dict(zip(streams, bounds, strict=True))
    stopped = _pump(child, streams, most, began + wall)
    _, status, usage = os.wait4(child, 0)
    used = usage.ru_utime + usage.ru_stime
    _drain(streams, most)
    out, err, result = (bytes(kept) for kept in streams.values())
    for read in streams:
        os.close(read)
    return {
        "stopped": stopped or _cause(status, used >= limits["cpu_seconds"]),
        "status": status,
        "stdout": out.decode("utf-8", "replace"),
        "stderr": err.decode("utf-8", "replace"),
        "result": result.decode("utf-8", "replace"),
        "cpu_seconds": used,
        "seconds": time.monotonic() - began,
    }


def _pump(
    child: int, streams: dict[int, bytearray], most: dict[int, int], until: float
) -> str | None:
    """Read until the program ends; what stopped it, if we did."""
    ended, left = os.pidfd_open(child), set(streams)
    stopped: str | None = None
    try:
        while True:
            wait = until - time.monotonic()
            if wait <= 0 and stopped is None:
                stopped, until = "wall", time.monotonic() + _GRACE
                os.kill(child, signal.SIGXCPU)  # it may still tell on which line it was
                continue
            if wait <= 0:
                break
            readable = select.select([ended, *left], [], [], wait)[0]
            for stream in set(readable) & left:
                got = os.read(stream, 65_536)
                streams[stream] += got[: most[stream] - len(streams[stream])]
                if not got:
                    left.discard(stream)
                elif len(streams[stream]) >= most[stream]:
                    stopped = stopped or "output"
            if ended in readable or stopped == "output":
                break
    finally:
        os.close(ended)
    os.kill(child, signal.SIGKILL)  # not yet waited for, so the number is still its own
    return stopped


def _drain(streams: dict[int, bytearray], most: dict[int, int]) -> None:
    """What still stood in the pipes when the program ended."""
    for stream, kept in streams.items():
        os.set_blocking(stream, False)
        try:
            while len(kept) < most[stream] and (got := os.read(stream, 65_536)):
                kept += got[: most[stream] - len(kept)]
        except BlockingIOError:
            continue


def _cause(status: int, all_used: bool) -> str | None:
    """What a signal that we did not send says of the limits.

    SIGXCPU comes from the limit alone, which counts in ticks, so `all_used` may lag behind.
    SIGKILL comes at the limit's second step, a second later, or from a kernel short of memory.
    """
    by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    return "cpu" if by == signal.SIGXCPU or (by == signal.SIGKILL and all_used) else None


def _receive() -> dict[str, Any] | None:
    head = _exactly(4)
    if head is None:
        return None
    size = struct.unpack("!I", head)[0]
    body = _exactly(size) if size <= _MOST_REQUEST else None
    request: dict[str, Any] | None = json.loads(body) if body is not None else None
    return request


def _exactly(size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        got = os.read(0, size - len(found))
        if not got:
            return None
        found += got
    return bytes(found)


def _send(reply: dict[str, Any]) -> None:
    body = json.dumps(reply).encode()
    left = memoryview(struct.pack("!I", len(body)) + body)
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    main()
