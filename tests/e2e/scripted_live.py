"""The server's half of the live protocol, scripted: what the page does with each event."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

FIRST = "What is the difference between a list and a tuple, and when would you choose each one?"
SECOND = "You said that a tuple is safe. Safe against what?"


class ScriptedLive:
    """Takes the page's live connections and says what a test tells it to."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.sent: list[dict[str, Any]] = []
        self.connections: list[WebSocketRoute] = []
        page.route_web_socket("**/live/*", self._connected)

    def _connected(self, socket: WebSocketRoute) -> None:
        self.connections.append(socket)
        socket.on_message(self._heard)

    def _heard(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.sent.append(json.loads(message))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The page's events of this type so far."""
        return [event for event in self.sent if event["type"] == kind]

    def tell(self, kind: str, /, **fields: object) -> None:
        """One event to the page."""
        self.connections[-1].send(json.dumps({"type": kind, **fields}))

    def state(self, name: str) -> None:
        self.tell("state", state=name, at=31.5)
        self._page.wait_for_selector(f"#room[data-state={name}]")

    def welcome(self) -> None:
        self.tell(
            "welcome",
            protocol=1,
            interview="x",
            title="Practise now",
            purpose="practice",
            mode="basic",
            resumed=False,
            voice=True,
            at=30.0,
            minutes=10,
            of=3,
            code="",
            language="python",
            patience=1.0,
        )

    def question(self, turn: int, text: str, **more: object) -> None:
        kind = "follow_up" if turn else "question"
        fields = {"number": 1, "of": 3, "kind": kind, "lead": "", "line": None}
        why = "It takes up your words." if turn else "It is the first question."
        self.tell("question", turn=turn, text=text, why=why, **(fields | more))

    def heard(self, turn: int, text: str, *, unsure: tuple[str, ...] = ()) -> None:
        words = [
            {
                "text": word,
                "start_s": 0.0,
                "end_s": 0.1,
                "probability": 0.4 if word in unsure else 0.95,
            }
            for word in text.split()
        ]
        self.tell("heard", turn=turn, final=False, words=words)

    def drop(self, code: int = 4000) -> None:
        """Lose the connection."""
        self.connections[-1].close(code=code)

    def connected(self, count: int) -> None:
        """Wait until the page has connected so many times and said hello."""
        self.until(lambda: len(self.connections) >= count and len(self.of("hello")) >= count)

    def until(self, done: Callable[[], bool]) -> None:
        """Wait until this is so."""
        for _ in range(600):
            if done():
                return
            self._page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.connections)} connections, then {self.sent[-8:]}")
