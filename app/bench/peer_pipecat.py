"""Pipecat as a peer: its own environment, its stock pipeline as a process, and a client of it.

Pipecat is no dependency of Sounding. Its environment is made in the user's cache folder at the
first run, by the ordinary package client, and takes about 1.3 GB.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from app.bench.errors import BenchFailed
from app.bench.exchange import Exchange, Row, row_of
from app.bench.microphone import Microphone
from app.bench.timed_answers import TimedAnswer

VERSION = "1.14.0"
WANTED = f"pipecat-ai[silero,whisper,piper,websocket]=={VERSION}"
PROGRAM = Path(__file__).with_name("pipecat_serve.py")
START_SECONDS = 120.0
STOP_SECONDS = 20.0
ANSWER_SECONDS = 25.0
QUIET_SECONDS = 1.5
LONGEST_SETTLING_SECONDS = 30.0
VAD_STOP_SECONDS = 0.2
HOLD_SECONDS = 3.0
COMPLETE_ABOVE = 0.5


def peer_python() -> Path:
    """The Python of Pipecat's own environment, which is made when it is not there yet.

    Raises:
        BenchFailed: it can't be made.
    """
    cache = os.environ.get("XDG_CACHE_HOME")
    base = Path(cache) if cache else Path.home() / ".cache"
    folder = base / "sounding" / "peers" / f"pipecat-{VERSION}"
    python = folder / "bin" / "python"
    if _installed(python):
        return python
    sys.stderr.write(f"installing {WANTED} into {folder} (once, about 1.3 GB)\n")
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", WANTED],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise BenchFailed(f"the peer could not be installed: {done.stderr.strip()[-400:]}")
    if not _installed(python):
        raise BenchFailed(f"expected Pipecat {VERSION} in {folder}, found another one")
    return python


def _installed(python: Path) -> bool:
    if not python.is_file():
        return False
    asked = "from importlib.metadata import version as v; print(v('pipecat-ai'))"
    found = subprocess.run(  # noqa: S603 - our own environment
        [str(python), "-c", asked], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() == VERSION


@dataclass
class PeerServer:
    """A running pipeline: its port, and what it told about its turns."""

    port: int
    events: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def serving_pipecat(
    python: Path, *, whisper: Path, voice: Path, llm: str, short_window: bool
) -> Iterator[PeerServer]:
    """Run the stock pipeline on these models, or with the short-window recogniser.

    Raises:
        BenchFailed: it does not start.
    """
    server = PeerServer(_free_port())
    command = [
        str(python), str(PROGRAM), "--port", str(server.port), "--llm", llm,
        "--whisper", str(whisper), "--voice", str(voice / "voice.onnx"),
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, *(["--short-window"] if short_window else [])],
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    ready = threading.Event()
    threading.Thread(target=_follow, args=(process, server, ready), daemon=True).start()
    try:
        if not ready.wait(START_SECONDS) or process.poll() is not None:
            raise BenchFailed("the peer did not start")
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _follow(process: subprocess.Popen[str], server: PeerServer, ready: threading.Event) -> None:
    for line in process.stdout or ():
        if line.startswith("{"):
            server.events.append(json.loads(line))
            if server.events[-1]["event"] == "ready":
                ready.set()
    ready.set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PipecatClient:
    """One conversation with the peer; remembers when its audio came."""

    def __init__(self, socket: ClientConnection, server: PeerServer) -> None:
        """Talk over this socket; `pipecat_client` makes one."""
        self.audio: list[float] = []
        self.exchanges: list[Exchange] = []
        self._socket = socket
        self._server = server
        self._microphone = Microphone(socket.send)
        self._tasks = [
            asyncio.ensure_future(work) for work in (self._listen(), self._microphone.run())
        ]

    async def answer(self, answer: TimedAnswer) -> None:
        """Say this answer once the peer is quiet, and wait for the first audio after its end."""
        await self.settled()
        said = Exchange(answer, await self._microphone.say(answer))
        self.exchanges.append(said)
        until = said.end + ANSWER_SECONDS
        while time.monotonic() < until and not (self.audio and self.audio[-1] > said.end):
            if any(task.done() for task in self._tasks):
                raise BenchFailed("the connection to the peer ended")
            await asyncio.sleep(0.02)

    async def settled(self) -> None:
        """Wait until the peer has said all it had to say."""
        until = time.monotonic() + LONGEST_SETTLING_SECONDS
        while self.audio and time.monotonic() - self.audio[-1] < QUIET_SECONDS:
            if time.monotonic() > until:
                raise BenchFailed("the peer does not stop speaking")
            await asyncio.sleep(0.05)

    def rows(self) -> list[Row]:
        """A row for each answer, in order."""
        ends = [following.began for following in self.exchanges[1:]] + [float("inf")]
        return [
            pipecat_row(exchange, until, self.audio, self._server.events)
            for exchange, until in zip(self.exchanges, ends, strict=True)
        ]

    def close(self) -> None:
        """Stop speaking and listening."""
        for task in self._tasks:
            task.cancel()

    async def _listen(self) -> None:
        async for frame in self._socket:
            if isinstance(frame, bytes):
                self.audio.append(time.monotonic())


def pipecat_row(
    exchange: Exchange, until: float, audio: Sequence[float], events: Sequence[dict[str, Any]]
) -> Row:
    """What an answer met, out of all audio and all events until the next answer began."""
    own = [event for event in events if exchange.began < event["at"] < until]
    spoken = [at for at in audio if exchange.began < at < until]
    first = next((at for at in spoken if at > exchange.end), None)
    turns = sum(event["event"] == "turn" for event in own)
    judged = [e for e in own if e["event"] == "judged" and (first is None or e["at"] < first)]
    wait = _wait(judged[-1]["probability"]) if judged else None
    return row_of(exchange, first, wait, turns, any(at <= exchange.end for at in spoken))


def _wait(probability: float) -> float:
    """What Pipecat waits by default: its VAD's stop, and 3 s more when the turn sounds open."""
    return VAD_STOP_SECONDS + (0.0 if probability > COMPLETE_ABOVE else HOLD_SECONDS)


@asynccontextmanager
async def pipecat_client(server: PeerServer) -> AsyncIterator[PipecatClient]:
    """A conversation with this peer."""
    async with connect(f"ws://127.0.0.1:{server.port}", max_size=None) as socket:
        client = PipecatClient(socket, server)
        try:
            yield client
        finally:
            client.close()
