"""Kill -9 of the server and of Postgres in mid-interview: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.needs import need_model
from tests.postgres import NewStore
from tests.room import Room, graded_report, prepare
from tests.served import served
from tests.voice import spoken

pytestmark = pytest.mark.integration

ANSWERS = [
    "A list can be changed in place and a tuple can not, so a tuple can be a dictionary key.",
    "I use a tuple for a fixed record and a list for items that come and go.",
    "Precision is the share of the flagged items that are right, recall the share that was found.",
]


@pytest.fixture(autouse=True)
def models() -> None:
    for name in ("whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm"):
        need_model(name)


def kill_postgres(folder: Path) -> None:
    pid = int((folder / "data" / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)


def test_an_interview_survives_the_death_of_its_server_and_of_its_store():
    with served(SOUNDING_GRADER_MODEL="none", SOUNDING_INTERVIEWER_MODEL="none") as server:
        interview = prepare(server.url, "audio")
        room = Room(server.url, interview)
        first = room.event("question")
        room.state("listening")
        room.send(type="text", text=ANSWERS[0])
        second = room.event("question")
        assert second["turn"] == 1

        server.kill()
        server.start()
        room = Room(server.url, interview)
        assert room.event("welcome")["resumed"] is True
        again = room.event("question")
        assert (again["turn"], again["text"]) == (1, second["text"])
        room.state("listening")

        kill_postgres(server.folder)
        room.send(type="text", text=ANSWERS[1])
        third = room.event("question", seconds=90)
        assert third["turn"] == 2
        room.state("listening")
        room.send(type="text", text=ANSWERS[2])
        room.event("question")
        room.send(type="command", name="end")
        room.event("closed")

        report = graded_report(server.url, interview)
        assert [turn["index"] for turn in report["turns"]] == [0, 1, 2, 3]
        assert [turn["answer"] for turn in report["turns"][:3]] == ANSWERS
        assert report["turns"][0]["question"] == first["text"]
        asked = [turn["question"] for turn in report["turns"]]
        assert len(set(asked)) == len(asked)


def test_words_spoken_before_a_crash_become_part_of_the_answer(store_with_bank: NewStore):
    settings = {"SOUNDING_GRADER_MODEL": "none", "SOUNDING_INTERVIEWER_MODEL": "none"}
    with store_with_bank() as url, served(SOUNDING_DATABASE_URL=url, **settings) as server:
        interview = prepare(server.url, "audio")
        room = Room(server.url, interview, microphone=True)
        room.state("listening")
        room.silence(0.5)
        room.say(spoken("A tuple can be a key of a dictionary."))
        room.silence(1.2)
        server.kill()

        server.start()
        room = Room(server.url, interview, microphone=True)
        room.state("listening")
        room.silence(0.5)
        room.say(spoken("A list can grow while the program runs."))
        room.silence(0.3)
        room.send(type="command", name="done")
        heard = room.until(lambda e: e["type"] == "heard" and e["final"])
        text = " ".join(word["text"] for word in heard["words"]).lower()
        assert "dictionary" in text
        assert "grow" in text
        assert text.index("dictionary") < text.index("grow")
