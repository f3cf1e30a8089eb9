"""One real server, without a language model, and one browser driver for all browser tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e.course import NO_MODELS
from tests.e2e.pages import launch
from tests.needs import need_model
from tests.postgres import NewStore
from tests.served import Served, served

MODELS = ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm")


@pytest.fixture(scope="package")
def server(store_with_bank: NewStore) -> Iterator[Served]:
    for name in MODELS:
        need_model(name)
    with store_with_bank() as url, served(SOUNDING_DATABASE_URL=url, **NO_MODELS) as running:
        yield running


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser that allows microphone and camera, and plays without being clicked first."""
    browser = launch(playwright)
    yield browser
    browser.close()
