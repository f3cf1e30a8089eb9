"""A plain client of the live protocol for tests: sends, collects, waits for what it needs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.ports.speech import SAMPLE_RATE, Pcm

Event = dict[str, Any]


def prepare(url: str, *modalities: str, track: str = "sample", **fields: str) -> str:
    """Make an interview with these consents; its id."""
    made = httpx.post(f"{url}/interviews", data={"track": track, **fields}, timeout=90)
    assert made.status_code == 303, made.text
    interview = made.headers["location"].split("/")[2]
    way = "voice" if "audio" in modalities else "type"
    agreed = httpx.post(
        f"{url}/interviews/{interview}/agree",
        data={"way": way, "modality": _with_recording(modalities)},
        timeout=90,
    )
    assert agreed.status_code == 303, agreed.text
    return interview


def _with_recording(modalities: tuple[str, ...]) -> list[str]:
    """The microphone with its recording, as most tests mean it."""
    return [*modalities, "recording"] if "audio" in modalities else list(modalities)


def graded_report(url: str, interview: str, seconds: float = 400.0) -> Event:
    """The report's document once grading is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        document = httpx.get(f"{url}/interviews/{interview}/report.json", timeout=90).json()
        if document["status"] in ("completed", "ended_early", "failed"):
            return document
        time.sleep(0.5)
    raise AssertionError(f"grading did not end: {document['status']}")


class Room:
    """One connection to a live interview."""

    def __init__(self, url: str, interview: str, *, voice: bool = False, microphone: bool = False):
        address = f"{url.replace('http', 'ws')}/live/{interview}"
        self.socket: ClientConnection = connect(
            address, max_size=None, open_timeout=90, legacy=True
        )
        self.events: list[Event] = []
        self.audio = 0
        self.send(type="hello", protocol=1, voice=voice, microphone=microphone)

    def send(self, **event: object) -> None:
        self.socket.send(json.dumps(event))

    def say(self, pcm: Pcm) -> None:
        """Stream samples at 16 kHz in real time."""
        began = time.monotonic()
        for number, place in enumerate(range(0, len(pcm), SAMPLE_RATE // 10)):
            self.socket.send(pcm[place : place + SAMPLE_RATE // 10].astype("<i2").tobytes())
            time.sleep(max(0.0, began + (number + 1) * 0.1 - time.monotonic()))

    def silence(self, seconds: float) -> None:
        self.say(np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16))

    def until(self, wanted: Callable[[Event], bool], seconds: float = 150.0) -> Event:
        """The next event that is wanted; all that came before it are kept in `events`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                frame = self.socket.recv(timeout=left)
            except (TimeoutError, ConnectionClosed) as error:
                raise AssertionError(f"{error!r} after {self.events[-8:]}") from error
            if isinstance(frame, bytes):
                self.audio += len(frame)
                continue
            event = json.loads(frame)
            self.events.append(event)
            if wanted(event):
                return event
        raise AssertionError(f"nothing came after {self.events[-8:]}")

    def event(self, kind: str, seconds: float = 150.0) -> Event:
        return self.until(lambda event: event["type"] == kind, seconds)

    def state(self, name: str, seconds: float = 150.0) -> Event:
        return self.until(lambda e: e["type"] == "state" and e["state"] == name, seconds)

    def close(self) -> None:
        self.socket.close()
