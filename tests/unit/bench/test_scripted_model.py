"""The scripted model's replies fit the schema that was asked for."""

from __future__ import annotations

import json

import pytest

from app.agent.proposal import ProbeDraft, Rewording
from app.bench.scripted_model import reply_to

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("shape", [ProbeDraft, Rewording])
def test_a_typed_reply_fits_its_schema_and_says_the_follow_up(shape: type[ProbeDraft]):
    wanted = {"type": "json_schema", "json_schema": {"schema": shape.model_json_schema()}}
    said = shape.model_validate_json(reply_to({"response_format": wanted}, "Why is that?"))
    assert "Why is that?" in said.model_dump().values()


def test_what_may_be_left_out_is_null():
    schema = {
        "type": "object",
        "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    }
    wanted = {"type": "json_schema", "json_schema": {"schema": schema}}
    assert json.loads(reply_to({"response_format": wanted}, "?")) == {"a": None}


def test_free_text_is_yes():
    assert reply_to({}, "Why?") == "Yes"
