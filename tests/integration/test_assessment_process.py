"""A process that served only assessments never imported what reads expressions of face or voice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import need_model
from tests.postgres import NewStore

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
SERVE = """
import asyncio, json, sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID
import cv2, httpx, numpy as np
from app.domain.interview import InterviewStatus
from app.settings import Settings
from app.web.app import create_app
from app.wiring import open_wiring

DOORS = ("deepface", "app.adapters.vision.face_reader", "app.adapters.vision.landmarks",
         "app.delivery.head_pose", "app.delivery.eyes", "app.delivery.head_seconds",
         "app.delivery.head_figures", "app.delivery.blinks", "app.delivery.nods",
         "app.adapters.voice.stress_model", "app.usecases.read_stress")
JPEG = cv2.imencode(".jpg", np.full((48, 48, 3), 128, np.uint8))[1].tobytes()

async def interview(client, store, purpose, consents):
    made = await client.post("/api/interviews", json={
        "track": "sample", "purpose": purpose, "consents": consents})
    name = UUID(made.json()["id"])
    await client.get(f"/interviews/{name}/before")
    await client.get(f"/interviews/{name}/room")
    async with store.begin() as work:
        kept = await work.interviews.get(name)
        await work.interviews.progress(replace(kept, status=InterviewStatus.LIVE, clock_s=3.0))
    frame = await client.post(f"/interviews/{name}/frames", content=JPEG,
                              headers={"content-type": "image/jpeg"})
    async with store.begin() as work:
        kept = await work.interviews.get(name)
        await work.interviews.progress(replace(kept, status=InterviewStatus.GRADING))
        await work.jobs.finish(name)
    for _ in range(900):
        report = await client.get(f"/api/interviews/{name}/report")
        if report.status_code == 200:
            break
        await asyncio.sleep(0.1)
    await client.get(f"/interviews/{name}/report")
    return frame.status_code, report.json()["status"]

def opened():
    return [door for door in DOORS if door in sys.modules]

async def main(folder, database):
    settings = Settings(data_dir=Path(folder), database_url=database, interviewer_model="none",
                        grader_model="none", coach_model="none")
    async with open_wiring(settings) as wiring:
        transport = httpx.ASGITransport(create_app(wiring.services))
        store = wiring.services.store
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            exam = await interview(client, store, "assessment", ["audio", "delivery"])
            after_exam = opened()
            every = ["audio", "delivery", "voice", "video"]
            practice = await interview(client, store, "practice", every)
    print(json.dumps({"exam": exam, "after_exam": after_exam, "practice": practice,
                      "after_practice": opened()}))

asyncio.run(main(*sys.argv[1:]))
"""


def test_a_process_of_assessments_never_imports_a_reader_of_expressions(
    store_with_bank: NewStore, open_folder: Path
) -> None:
    for name in ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm"):
        need_model(name)
    for name in ("emotion", "haar", "face-landmarks"):
        need_model(name)
    with store_with_bank() as url:
        done = subprocess.run(
            [sys.executable, "-c", SERVE, str(open_folder / "data"), url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["exam"] == [403, "ended_early"]
    assert told["after_exam"] == []
    assert told["practice"] == [204, "ended_early"]
    assert set(told["after_practice"]) >= {
        "deepface",
        "app.usecases.read_stress",
        "app.adapters.vision.landmarks",
        "app.delivery.head_seconds",
        "app.delivery.head_figures",
    }, "the same doors open for a practice, or this test could not fail"
