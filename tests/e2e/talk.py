"""A person who talks with the room in a browser: speaks clips, hears our voice, watches events.

Times are milliseconds of the page's own clock, on which `microphone.js` records all of it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from tests.e2e.pages import WIDE, state
from tests.room import prepare
from tests.voice import spoken

HOOK = (Path(__file__).parent / "microphone.js").read_text()
AUDIBLE = 0.02


@dataclass(frozen=True)
class Span:
    """When a clip began, when it will end, or has; and the event `after` which it was said."""

    began: float
    ends: float
    after: float = 0.0


class Talk:
    """One interview by voice, in a page of its own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._url = url
        self._interview = prepare(url, "audio")
        size = {"width": WIDE[0], "height": WIDE[1]}
        self._context = browser.new_context(viewport=size)  # type: ignore[arg-type]
        self._context.add_init_script(HOOK)
        self.page: Page = self._context.new_page()

    def enter(self) -> float:
        """Come in; when our voice was first heard."""
        self.page.goto(f"{self._url}/interviews/{self._interview}/room?raw=1")
        self.page.click("#start")
        state(self.page, "speaking")
        return self.voice(since=0.0)

    def enter_to_answer(self) -> None:
        """Come in, and cut the greeting short."""
        self.enter()
        self.take_the_floor()

    def take_the_floor(self) -> None:
        """Cut short what is being said."""
        state(self.page, "speaking")
        self.page.keyboard.press("Space")
        state(self.page, "listening")

    def be_patient(self) -> None:
        """Ask for double the usual wait."""
        self.page.click("#pace")
        self.page.get_by_role("slider", name="The wait").press("End")
        self.page.keyboard.press("Escape")

    def leave(self) -> None:
        """Erase it first: what is left behind would be graded during the next test."""
        httpx.post(f"{self._url}/interviews/{self._interview}/erase", timeout=90)
        self._context.close()

    def now(self) -> float:
        return float(self.page.evaluate("() => performance.now()"))

    def rest(self, seconds: float) -> None:
        """Say nothing."""
        self.page.wait_for_timeout(seconds * 1000)

    def begin(self, text: str) -> Span:
        """Begin to say this, and go on with the test."""
        return Span(**self.page.evaluate("(clip) => lab.say(clip)", _clip(text)))

    def begin_over(self, text: str, since: float, **wanted: object) -> Span:
        """Begin to say this the moment our voice is heard after an event with these fields."""
        script = "(given) => lab.sayOver(...given)"
        return Span(**self.page.evaluate(script, [_clip(text), since, wanted, AUDIBLE]))

    def say(self, text: str) -> Span:
        """Say this to its end."""
        span = self.begin(text)
        self.until(span.ends)
        return span

    def until(self, moment: float) -> None:
        """Say nothing until then."""
        self.rest(max(0.0, (moment - self.now()) / 1000))

    def voice(self, since: float, seconds: float = 30.0) -> float:
        """Wait until our voice is heard; when that was."""
        found = self.page.wait_for_function(
            "([since, least]) => lab.levels.find(([at, peak]) => at >= since && peak > least)",
            arg=[since, AUDIBLE],
            timeout=seconds * 1000,
        )
        return float(found.json_value()[0])

    def loudest(self, begin: float, end: float) -> float:
        """The peak of our voice between two moments; waits for the second."""
        self.until(end)
        levels = self.page.evaluate("() => lab.levels")
        heard = [peak for at, peak in levels if begin <= at <= end]
        assert heard, "the voice was not watched then"
        return max(heard)

    def events(self, kind: str, since: float = 0.0) -> list[dict[str, Any]]:
        """The server's events of this type since then, with the time `at_ms` each came."""
        listed = self.page.evaluate("() => lab.events")
        return [{**e, "at_ms": at} for at, e in listed if e["type"] == kind and at >= since]

    def event(self, name: str, since: float, seconds: float = 60.0, **wanted: object) -> float:
        """Wait for an event with these fields (a list: any of them); when it came."""
        found = self.page.wait_for_function(
            """([since, wanted]) => {
              const fits = (event) => Object.entries(wanted).every(
                ([key, value]) => [value].flat().includes(event[key]));
              return lab.events.find(([at, event]) => at >= since && fits(event));
            }""",
            arg=[since, {"type": name, **wanted}],
            timeout=seconds * 1000,
        )
        return float(found.json_value()[0])

    def states(self, since: float) -> list[str]:
        return [event["state"] for event in self.events("state", since)]

    def turns(self) -> list[dict[str, Any]]:
        """The turns as they are stored by now."""
        address = f"{self._url}/interviews/{self._interview}/report.json"
        return list(httpx.get(address, timeout=90).json()["turns"])


def _clip(text: str) -> str:
    return base64.b64encode(spoken(text).astype("<i2").tobytes()).decode()
