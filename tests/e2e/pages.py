"""What browser tests do on pages: open a browser, wait for a state, type, take pictures."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect

from tests.needs import need_program

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENT_MS = 30_000
WIDE = (1280, 800)
PHONE = (360, 740)
VENDOR = Path(__file__).parent / "vendor"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def launch(playwright: Playwright, *more: str, fake_devices: bool = True) -> Browser:
    """A headless Chromium of the system; what is expected of its pages may take its time."""
    expect.set_options(timeout=PATIENT_MS)
    flags = [flag for flag in FLAGS if fake_devices or "fake" not in flag]
    program = str(need_program("chromium"))
    return playwright.chromium.launch(executable_path=program, args=[*flags, *more])


def ticked(page: Page, name: str, value: str) -> None:
    """Tick a box, or choose a way, by the keyboard: it needs no place in the window."""
    page.wait_for_load_state()
    box = page.locator(f"input[name={name}][value={value}]")
    if not box.is_checked():
        box.press("Space")
    expect(box).to_be_checked()


def shoot(page: Page, name: str) -> None:
    """Keep pictures of a page if `SOUNDING_SHOTS` names a folder: wide, phone, day, night."""
    if not (folder := os.environ.get("SOUNDING_SHOTS")):
        return
    size = page.viewport_size
    for width, height, where in ((*WIDE, ""), (*PHONE, "-phone")):
        page.set_viewport_size({"width": width, "height": height})
        for scheme, when in (("light", ""), ("dark", "-dark")):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.wait_for_timeout(200)  # colours fade over
            page.screenshot(path=f"{folder}/{name}{where}{when}.png")
    page.emulate_media(color_scheme="light")
    if size:
        page.set_viewport_size(size)


def violations(page: Page) -> list[str]:
    """What axe finds of the rules that we keep, once colours that fade over stand still."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((VENDOR / "axe.min.js").read_text())
    found: list[str] = page.evaluate(
        """async (rules) => {
          await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
          const endless = (motion) => motion.effect?.getComputedTiming().endTime === Infinity;
          const fading = document.getAnimations().filter((motion) => !endless(motion));
          await Promise.all(fading.map((motion) => motion.finished.catch(() => null)));
          const options = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] };
          const { violations } = await axe.run(document, options);
          return violations.map((rule) =>
            `${rule.id}: ${rule.nodes.map((node) => node.target.join(" ")).join(", ")}`);
        }""",
        RULES,
    )
    return found


def state(page: Page, name: str, seconds: float = 60) -> None:
    """Wait until the room is in this state."""
    expect(page.locator("#room")).to_have_attribute("data-state", name, timeout=seconds * 1000)


def asked(page: Page) -> str:
    """The question that stands on the page."""
    return page.locator("#question").inner_text()


def next_question(page: Page, before: str) -> str:
    """Wait for another question than this one."""
    expect(page.locator("#question")).not_to_have_text(before, timeout=60_000)
    return asked(page)


def type_answer(page: Page, text: str) -> None:
    """Type an answer and send it."""
    if not page.locator("#answer").is_visible():
        page.click("#type")
    page.fill("#answer", text)
    page.click("#typed button[type=submit]")
