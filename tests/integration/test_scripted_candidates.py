"""The shipped scripted candidates fit their schema and the shipped bank, and can be run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.adapters.files.bank import load_bank
from app.adapters.files.prompts import FilePrompts
from app.bench.conversation import ROOT, SCRIPTS, Stage, held, summed
from app.bench.lab.persona import read_personas
from app.cli.main import app
from app.dialogue.commands import spoken_command
from tests.fakes.embeddings import FakeEmbedder
from tests.needs import need_model

pytestmark = pytest.mark.integration

BANK = load_bank(ROOT / "rubrics", ROOT / "question_bank")
PERSONAS = {persona.id: persona for persona in read_personas(SCRIPTS)}


def test_the_scripts_name_what_the_bank_holds() -> None:
    assert len(PERSONAS) >= 14
    tracks = {track.id for track in BANK.tracks}
    questions = {question.id for question in BANK.questions}
    for persona in PERSONAS.values():
        assert set(persona.tracks) <= tracks, persona.id
        assert set(persona.questions) <= questions, persona.id


ALSO_COMMANDS = {"again", "next", "repeat", "skip"}  # said alone, they steer


def test_no_term_or_exemplar_of_the_bank_is_taken_for_a_command() -> None:
    for question in BANK.questions:
        terms = {term for point in question.points for term in point.terms} - ALSO_COMMANDS
        answers = [exemplar.answer for exemplar in question.exemplars]
        for said in (*terms, *answers, question.reference, *(p.text for p in question.points)):
            assert spoken_command(f"{said.rstrip('.')}.") is None, said


@pytest.mark.parametrize("name", ["injector", "commands-in-disguise", "interrupting"])
def test_shipped_scripts_pass_without_any_model(name: str) -> None:
    persona = PERSONAS[name]
    short = persona.model_copy(update={"tracks": persona.tracks[:1], "seeds": (1,)})
    stage = Stage(BANK, FakeEmbedder(), FilePrompts(ROOT / "prompts"))
    assert summed(held(short, stage))["failures"] == []


def test_the_command_prints_one_document(tmp_path: Path) -> None:
    need_model("minilm")
    folder = SCRIPTS.parent / "evals"
    result = CliRunner().invoke(
        app, ["bench", "conversation", "--scripts", str(folder / "missing"), "--json"]
    )
    assert result.exit_code == 2
    script = folder / "gives-up.yaml"
    place = tmp_path / "one"
    place.mkdir()
    (place / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    result = CliRunner().invoke(app, ["bench", "conversation", "--scripts", str(place), "--json"])
    document = json.loads(result.stdout)
    assert document["all_hard_checks_pass"]
    assert document["personas"]["gives-up"]["interviews"] == 4
    assert {"machine", "seed", "model", "failures", "n_utterances"} <= set(document)
