"""A model that shows its state keeps the port's rules: the scripted one and the real one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.adapters.files.models import ModelStore
from app.adapters.llm.factory import STATE_LAYERS, make_states
from app.ports.errors import ModelUnavailable
from app.ports.language import StateModel
from tests.contracts.test_chat_model import Folder, Given
from tests.fakes.language import FakeStateModel
from tests.needs import need_model

pytestmark = pytest.mark.contract

PREFIX = "Question: What freezes at 0 degrees?\nReference answer: Water."
RIGHT, WRONG = "The student says: water does. Right?", "The student says: gold does. Right?"


@dataclass(frozen=True)
class Kind:
    model: StateModel
    noise: float


@pytest.fixture(params=["fake", "local"])
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param == "fake":
        return Kind(FakeStateModel(right=["water"]), 0.0)
    need_model("local-llm")
    return Kind(make_states(settings=Given(), models=ModelStore()), 0.05)


async def test_the_same_text_has_the_same_state_and_another_one_another(kind: Kind) -> None:
    (first,) = await kind.model.states(PREFIX, (RIGHT,))
    one, other = await kind.model.states(PREFIX, (RIGHT, WRONG))
    assert first.dtype == one.dtype == np.float32
    assert first.shape == other.shape == (len(first),)
    spread = float(first.std())
    assert np.abs(first - one).mean() <= kind.noise * spread
    assert np.abs(one - other).mean() > max(2 * kind.noise, 0.05) * spread


async def test_nothing_asked_is_nothing_told(kind: Kind) -> None:
    assert await kind.model.states(PREFIX, ()) == ()


async def test_the_name_tells_the_layer(kind: Kind) -> None:
    assert "layer" in kind.model.name


def test_the_copy_ends_after_its_layers() -> None:
    need_model("local-llm")
    from gguf import GGUFReader

    make_states(settings=Given(), models=ModelStore())
    folder = ModelStore().model_folder("local-llm")
    reader = GGUFReader(folder / f"first-{STATE_LAYERS}-layers.gguf")
    layers = {int(t.name.split(".")[1]) for t in reader.tensors if t.name.startswith("blk.")}
    assert layers == set(range(STATE_LAYERS))


async def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        make_states(settings=Given(), models=Folder(tmp_path))
    with pytest.raises(ModelUnavailable):
        await FakeStateModel(down=True).states(PREFIX, (RIGHT,))
