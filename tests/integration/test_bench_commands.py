"""Every bench takes the same options and tells on what it was measured."""

from __future__ import annotations

import json

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from app.cli.main import app

pytestmark = pytest.mark.integration

COMMANDS = get_command(app).commands["bench"].commands  # type: ignore[attr-defined]  # a group


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_bench_takes_data_seed_limit_and_json(name: str) -> None:
    options = {option for param in COMMANDS[name].params for option in param.opts}
    assert {"--data", "--seed", "--limit", "--json"} <= options


def test_a_document_names_its_machine_version_and_seed() -> None:
    result = CliRunner().invoke(
        app, ["bench", "adaptive", "--json", "--limit", "20", "--seed", "3"]
    )
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["seed"] == 3
    assert document["learners"] == 20
    assert document["machine"]["cores"] >= 1
    assert document["version"]
