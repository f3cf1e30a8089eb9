"""The room in every state, with the server's half of the protocol scripted: what is shown and read.

Set `SOUNDING_SHOTS` to a folder to keep pictures of each state.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.e2e.page_server import page_server
from tests.e2e.pages import PHONE, VENDOR, WIDE, shoot, violations
from tests.e2e.scripted_live import FIRST, SECOND, ScriptedLive
from tests.room import prepare

pytestmark = pytest.mark.e2e

HOOK = (Path(__file__).parent / "microphone.js").read_text()
SAID = "A list can be changed and a tuple can not"
HINTS = {
    "quiet": "No hurry. Think as long as you like.",
    "take_your_time": "Take your time. Speak when you are ready.",
    "help": "I can repeat the question, ask it in other words, or skip it. You may also type.",
    "moving_on": "Let us move on to the next question.",
    "time": "The time is nearly over.",
}

Scene = Callable[[Page, ScriptedLive], None]


def speaking(page: Page, live: ScriptedLive) -> None:
    live.state("speaking")
    live.tell("speech", utterance=1, text="Thank you, that is clear.", rate=0, seconds=2.0)


def listening(page: Page, live: ScriptedLive) -> None:
    live.state("listening")


def hearing(page: Page, live: ScriptedLive) -> None:
    live.state("hearing")
    live.heard(0, SAID, unsure=("tuple",))


def endpointing(page: Page, live: ScriptedLive) -> None:
    hearing(page, live)
    live.state("endpointing")
    expect(page.locator("#state")).to_have_text("Are you done? Take your time")


def thinking(page: Page, live: ScriptedLive) -> None:
    hearing(page, live)
    live.state("thinking")


def taken_back(page: Page, live: ScriptedLive) -> None:
    thinking(page, live)
    live.question(1, SECOND)
    live.state("speaking")
    live.question(0, FIRST)
    live.state("hearing")


def quiet(page: Page, live: ScriptedLive) -> None:
    live.state("listening")
    live.tell("hint", kind="quiet", text=HINTS["quiet"])


def time_to_think(page: Page, live: ScriptedLive) -> None:
    live.state("listening")
    live.tell("hint", kind="thinking", text="Take half a minute. Speak when you are ready.")


def paused(page: Page, live: ScriptedLive) -> None:
    hearing(page, live)
    live.state("paused")


def reconnecting(page: Page, live: ScriptedLive) -> None:
    hearing(page, live)
    live.drop()
    page.wait_for_selector("#room[data-state=suspended]")


def please_wait(page: Page, live: ScriptedLive) -> None:
    text = "All places are taken just now. Nothing is lost; this page tries again."
    live.tell("error", code="busy", text=text, fatal=True, retry_s=30)
    live.drop(1013)
    page.wait_for_selector("#room[data-state=waiting]")


def typing(page: Page, live: ScriptedLive) -> None:
    thinking(page, live)
    page.click("#type")
    page.fill("#answer", "A tuple can be the key of a dictionary.")
    page.click("#typed button")


def follow_up(page: Page, live: ScriptedLive) -> None:
    live.question(1, SECOND)
    live.state("listening")


def helped(page: Page, live: ScriptedLive) -> None:
    live.state("listening")
    page.click("#help")


def pacing(page: Page, live: ScriptedLive) -> None:
    live.state("listening")
    page.click("#pace")


def ending(page: Page, live: ScriptedLive) -> None:
    live.state("listening")
    page.click("#end")


SCENES: tuple[Scene, ...] = (
    speaking,
    listening,
    hearing,
    endpointing,
    thinking,
    taken_back,
    quiet,
    time_to_think,
    paused,
    reconnecting,
    please_wait,
    typing,
    follow_up,
    helped,
    pacing,
    ending,
)


@pytest.fixture(scope="module")
def room() -> Iterator[str]:
    """The address of a room; what stands behind it are fakes."""
    with page_server() as address:
        interview = prepare(address, "audio")
        yield f"{address}/interviews/{interview}/room?raw=1"


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Without motion, so that colours are what they will be at once."""
    size = ViewportSize(width=WIDE[0], height=WIDE[1])
    made = chromium.new_context(viewport=size, reduced_motion="reduce")
    made.add_init_script(HOOK)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    opened.close()
    assert problems == []


def enter(room: str, page: Page) -> ScriptedLive:
    """The room, with the first question on the page."""
    live = ScriptedLive(page)
    page.goto(room)
    page.click("#start")
    live.connected(1)
    live.welcome()
    live.question(0, FIRST)
    expect(page.locator("#question")).to_have_text(FIRST)
    return live


def faults(page: Page) -> list[str]:
    """What axe finds, and what it does not look at: sideways scrolling and small targets."""
    found = violations(page)
    return found + page.evaluate(
        """() => {
          const found = [];
          const root = document.documentElement;
          if (root.scrollWidth > root.clientWidth) found.push(`sideways: ${root.scrollWidth}`);
          for (const target of document.querySelectorAll("button, input, textarea")) {
            if (!target.checkVisibility({ visibilityProperty: true })) continue;
            const { width, height, left, right } = target.getBoundingClientRect();
            const name = target.id || target.textContent;
            if (height < 44 || width < 44) found.push(`small: ${name} ${width} x ${height}`);
            if (left < 0 || right > root.clientWidth) found.push(`out of sight: ${name}`);
            if (target.scrollWidth > target.clientWidth + 1) found.push(`cut off: ${name}`);
          }
          return found;
        }"""
    )


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_each_state_reads_well_wide_and_on_a_phone_by_day_and_by_night(
    room: str, page: Page, scene: Scene
):
    live = enter(room, page)
    scene(page, live)
    shoot(page, f"room-{scene.__name__.replace('_', '-')}")
    for (width, height), scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert faults(page) == [], (width, scheme)
    expect(page.locator("#state")).not_to_be_empty()


def test_the_state_is_told_in_words(room: str, page: Page):
    live = enter(room, page)
    words = {
        "speaking": "Interviewer speaking",
        "listening": "Listening",
        "hearing": "Hearing you",
        "endpointing": "Are you done? Take your time",
        "thinking": "Thinking",
        "paused": "Paused. The clock stands still",
    }
    for name, text in words.items():
        live.state(name)
        expect(page.locator("#state")).to_have_text(text)
    live.drop()
    expect(page.locator("#state")).to_have_text("Reconnecting. Nothing is lost")


def test_a_short_pause_in_speech_changes_nothing_on_the_page(room: str, page: Page):
    live = enter(room, page)
    hearing(page, live)
    page.evaluate(
        """() => {
          window.shown = [];
          const state = document.getElementById("state");
          new MutationObserver(() => shown.push(state.textContent))
            .observe(state, { childList: true, characterData: true, subtree: true });
        }"""
    )
    live.state("endpointing")
    page.wait_for_timeout(100)
    live.state("hearing")
    page.wait_for_timeout(1100)
    assert set(page.evaluate("() => shown")) <= {"Hearing you"}


def test_before_anything_is_said_it_tells_to_take_your_time(room: str, page: Page):
    page.goto(room)
    expect(page.locator("#enter")).to_contain_text("You may take your time")
    live = enter(room, page)
    for name in ("thinking", "speaking", "listening"):
        live.state(name)
        expect(page.locator("#hint")).to_have_text("You may take your time. Pauses are fine.")
    live.state("hearing")
    expect(page.locator("#hint")).to_be_empty()


def test_every_hint_is_read_out_politely_and_gone_when_speech_begins(room: str, page: Page):
    live = enter(room, page)
    hint = page.locator("#hint")
    assert hint.get_attribute("role") == "status"
    for kind, text in HINTS.items():
        live.state("listening")
        live.tell("hint", kind=kind, text=text)
        expect(hint).to_have_text(text)
        live.state("speaking")
        expect(hint).to_have_text(text)
        live.state("hearing")
        expect(hint).to_be_empty()


def test_an_end_that_is_taken_back_returns_to_the_old_question_and_its_words(room: str, page: Page):
    live = enter(room, page)
    thinking(page, live)
    live.question(1, SECOND)
    live.state("speaking")
    expect(page.locator("#question")).to_have_text(SECOND)
    expect(page.locator("#heard")).to_be_empty()
    live.question(0, FIRST)
    live.state("hearing")
    expect(page.locator("#question")).to_have_text(FIRST)
    expect(page.locator("#heard")).to_have_text(re.compile(SAID))
    expect(page.locator("#hint")).to_have_text("Go on, I am listening.")
    expect(page.locator("#tag")).to_be_hidden()


def test_the_wait_is_chosen_in_words(room: str, page: Page):
    live = enter(room, page)
    expect(page.locator("#pace")).to_have_text(re.compile(r"Wait:\s+usual"))
    page.click("#pace")
    slider = page.get_by_role("slider", name="The wait")
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "Twice as long as usual"
    expect(page.locator("#patience-words")).to_have_text("Twice as long as usual")
    slider.press("Home")
    expect(page.locator("#patience-words")).to_have_text("About half as long as usual")
    assert [event["factor"] for event in live.of("patience")] == [2, 0.5]
    page.keyboard.press("Escape")
    expect(page.locator("#pace")).to_have_text(re.compile(r"Wait:\s+shorter"))
    expect(page.locator("#pace")).to_be_focused()


def test_time_left_is_told_in_minutes_and_never_ticks(room: str, page: Page):
    live = enter(room, page)
    live.tell("state", state="listening", at=60.0)
    expect(page.locator("#left")).to_have_text("· about 9 minutes left")
    page.wait_for_timeout(2200)
    expect(page.locator("#left")).to_have_text("· about 9 minutes left")
    live.tell("state", state="listening", at=560.0)
    expect(page.locator("#left")).to_have_text("· about a minute left")
    assert page.evaluate("() => getComputedStyle(left).color") == page.evaluate(
        "() => getComputedStyle(progress).color"
    )


def test_the_last_answer_stays_in_sight_until_new_words_come(room: str, page: Page):
    live = enter(room, page)
    heard, last = page.locator("#heard"), page.locator("#last-answer")
    live.state("speaking")
    expect(heard).not_to_have_attribute("data-empty", re.compile("Speak when you are ready"))
    thinking(page, live)
    live.question(1, SECOND)
    live.state("speaking")
    expect(page.locator("#heard-title")).to_have_text("Your last answer, kept")
    expect(last).to_have_text(re.compile(SAID))
    shoot(page, "room-last-answer")
    live.heard(1, "Safe against a change")
    expect(page.locator("#heard-title")).to_have_text("Your words, as heard")
    expect(last).to_be_hidden()
    expect(heard).to_have_text(re.compile("Safe against a change"))


def test_an_answer_that_does_not_fit_says_so_and_counts_near_its_end(room: str, page: Page):
    live = enter(room, page)
    live.state("listening")
    page.click("#type")
    page.fill("#answer", "a" * 19_998)
    expect(page.locator("#answer-length")).to_have_text("19,998 of 20,000 characters")
    page.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "12345");
          answer.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
        }"""
    )
    page.keyboard.insert_text("12")  # what the browser leaves of it
    expect(page.locator("#answer-state")).to_contain_text("the last 3 characters of it were left")
    expect(page.locator("#answer-length")).to_have_text("20,000 of 20,000 characters")
    shoot(page, "room-too-long")
    page.click("#typed button")
    assert [len(event["text"]) for event in live.of("text")] == [20_000]
    live.tell("error", code="answer_too_long", text="Longer than 20,000.", fatal=False)
    expect(page.locator("#answer")).to_have_value("a" * 19_998 + "12")
    expect(page.locator("#answer-state")).to_have_text("Longer than 20,000.")


def test_a_pause_stands_after_a_reload(room: str, page: Page):
    live = enter(room, page)
    paused(page, live)
    page.reload()
    page.click("#start")
    live.connected(2)
    live.welcome()
    live.state("speaking")
    live.state("paused")
    assert [event["name"] for event in live.of("command")] == ["pause"]


def test_typed_words_wait_for_the_line_and_are_sent_when_it_is_back(room: str, page: Page):
    live = enter(room, page)
    live.state("listening")
    live.drop()
    page.wait_for_selector("#room[data-state=suspended]")
    page.click("#type")
    page.fill("#answer", "A tuple can be a key.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer-state")).to_contain_text("Not sent yet")
    live.connected(2)
    live.welcome()
    live.question(0, FIRST)
    live.state("speaking")
    expect(page.locator("#answer")).to_have_value("")
    expect(page.locator("#answer-state")).to_be_empty()
    assert [event["text"] for event in live.of("text")] == ["A tuple can be a key."]


def test_words_typed_while_it_thinks_never_answer_another_question(room: str, page: Page):
    live = enter(room, page)
    typing(page, live)
    expect(page.locator("#answer-state")).to_contain_text("the interviewer is thinking")
    live.question(1, SECOND)
    live.state("speaking")
    expect(page.locator("#answer-state")).to_contain_text("a new question came")
    expect(page.locator("#answer")).to_have_value("A tuple can be the key of a dictionary.")
    assert live.of("text") == []


def test_when_all_places_are_taken_it_waits_and_comes_in_by_itself(room: str, page: Page):
    live = enter(room, page)
    text = "All places are taken just now. Nothing is lost; this page tries again."
    live.tell("error", code="busy", text=text, fatal=True)
    live.drop(1013)
    expect(page.locator("#state")).to_have_text("Please wait")
    expect(page.locator("#hint")).to_have_text(text)
    live.connected(2)
    live.welcome()
    live.state("speaking")
    expect(page.locator("#hint")).not_to_have_text(text)


def test_a_fault_over_there_is_tried_again_and_given_up_in_the_end(room: str, page: Page):
    live = enter(room, page)
    for tries in range(1, 5):
        live.connected(tries)
        live.welcome()
        live.tell("error", code="internal", text="Something went wrong here.", fatal=True)
        live.drop(1011)
    expect(page.locator(".banner.fatal")).to_contain_text("Something went wrong here.")
    page.wait_for_timeout(1000)
    assert len(live.connections) == 4


def test_who_is_signed_out_elsewhere_is_told_so_and_led_back_to_the_same_room(
    room: str, page: Page
):
    live = enter(room, page)
    live.state("listening")
    text = "You are signed out here. Nothing is lost."
    live.tell("error", code="signed_out", text=text, fatal=True)
    live.drop(1008)
    expect(page.locator("#state")).to_have_text("Stopped")
    expect(page.locator(".banner.fatal")).to_contain_text(text)
    page.wait_for_timeout(1000)
    assert len(live.connections) == 1, "a door that is closed is not knocked at again"
    here = page.url
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in again").click()
    assert page.url == here


def test_space_is_done_except_where_it_belongs_to_something_else(room: str, page: Page):
    live = enter(room, page)
    live.state("hearing")

    def commands(count: int) -> list[str]:
        live.until(lambda: len(live.of("command")) >= count)
        page.wait_for_timeout(100)  # none comes that should not
        return [event["name"] for event in live.of("command")]

    page.keyboard.press("Space")
    assert commands(1) == ["done"]
    page.locator("[data-command=repeat]").focus()
    page.keyboard.press("Space")
    assert commands(2) == ["done", "repeat"]
    page.click("[data-command=think]")
    page.keyboard.press("Space")
    assert commands(4) == ["done", "repeat", "think", "done"]
    page.click("#type")
    page.keyboard.type("a b")
    expect(page.locator("#answer")).to_have_value("a b")
    assert commands(4) == ["done", "repeat", "think", "done"]
    page.click("#help")
    expect(page.locator("#help-dialog")).to_contain_text("so does the space key")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_keyboard_reaches_every_control_and_its_focus_is_seen(
    room: str, page: Page, size: tuple[int, int]
):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    live = enter(room, page)
    live.state("listening")
    page.click("#type")
    page.locator(".skip").focus()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const on = document.activeElement;
              if (on === document.body) return null;
              const { left, top, width, height } = on.getBoundingClientRect();
              const above = document.elementFromPoint(left + width / 2, top + height / 2);
              const { outlineStyle, outlineWidth } = getComputedStyle(on);
              return {
                name: on.id || on.dataset.command || on.textContent.trim(),
                ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
                seen: above !== null && (on.contains(above) || above.contains(on)),
              };
            }"""
        )
        if seen is None:
            break
        reached.append(seen["name"])
        assert seen["ring"], seen
        assert seen["seen"], seen
    wanted = ["pace", "captions", "help", "end", "question", "answer", "Send the answer", "heard"]
    wanted += ["repeat", "rephrase", "skip", "pause", "think", "type", "done"]
    assert [name for name in reached if name in wanted] == wanted


def test_nothing_moves_where_less_motion_is_wanted(room: str, page: Page):
    page.emulate_media(reduced_motion="no-preference")
    live = enter(room, page)
    moving = "() => document.getAnimations().filter((a) => a.playState === 'running').length"
    live.state("thinking")
    assert page.evaluate(moving) == 1, "the ring turns"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0
    size = "() => document.querySelector('.breath').getBoundingClientRect().width"
    live.state("speaking")
    before = page.evaluate(size)
    page.evaluate("() => ring.style.setProperty('--breath', '1')")
    assert page.evaluate(size) == before


def test_the_room_fits_and_scrolls_when_it_is_magnified_four_times(room: str, page: Page):
    page.set_viewport_size({"width": 320, "height": 256})
    live = enter(room, page)
    live.state("listening")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    done = page.locator("[data-command=done]")
    done.scroll_into_view_if_needed()
    expect(done).to_be_in_viewport(ratio=1)


def test_files_of_others_are_the_ones_listed():
    listed = re.findall(r"^([0-9a-f]{64})  (\S+)$", (VENDOR / "VERSIONS").read_text(), re.M)
    assert {name for _, name in listed} == {p.name for p in VENDOR.iterdir()} - {"VERSIONS"}
    for digest, name in listed:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
