"""The passage read in the device check comes with the form of consent, and is measured after it."""

from __future__ import annotations

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.domain.phonation import PASSAGE
from tests.fakes.web import OPEN, FakeWeb, filled

pytestmark = pytest.mark.integration

RATE = 16_000
ADDRESS = f"/interviews/{OPEN}"


@pytest.fixture
def web() -> FakeWeb:
    return filled()


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return TestClient(web.app(), follow_redirects=False)


def _sound() -> bytes:
    time = np.arange(6 * RATE) / RATE
    return (8000 * np.sin(2 * np.pi * 120 * time)).astype("<i2").tobytes()


def _agree(client: TestClient, modalities: list[str], sound: bytes | None) -> int:
    files = {"passage": ("passage.pcm", sound)} if sound is not None else None
    data = {"way": "voice", "modality": modalities}
    return client.post(f"{ADDRESS}/agree", data=data, files=files).status_code


async def test_the_passage_is_measured_with_consent_to_delivery(
    web: FakeWeb, client: TestClient
) -> None:
    assert _agree(client, ["audio", "recording", "delivery"], _sound()) == 303
    async with web.store.begin() as work:
        (voice,) = await work.voices.of(OPEN)
    assert voice.turn == PASSAGE
    assert voice.pitch_hz_median == pytest.approx(120)


@pytest.mark.parametrize(
    ("modalities", "sound"),
    [
        (["audio", "recording"], _sound()),
        (["audio", "delivery"], None),
        (["audio", "delivery"], b""),
        (["audio", "delivery"], b"x"),
        (["audio", "delivery"], bytes(200_000)),
    ],
)
async def test_without_consent_or_voice_nothing_is_kept_and_the_room_opens(
    web: FakeWeb, client: TestClient, modalities: list[str], sound: bytes | None
) -> None:
    assert _agree(client, modalities, sound) == 303
    async with web.store.begin() as work:
        assert await work.voices.of(OPEN) == ()


def test_too_long_a_passage_is_refused(client: TestClient) -> None:
    assert _agree(client, ["audio", "delivery"], bytes(1_200_000)) == 413
