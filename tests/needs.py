"""What a test needs beyond the checkout: a model file or labelled data.

Where it is missing the test is skipped and says why; with `SOUNDING_REQUIRE_ALL=1` it fails.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from app.adapters.files.models import ModelStore


def need_model(name: str) -> Path:
    """The folder of a model whose files are all there."""
    store = ModelStore()
    if store.missing([name]):
        absent(f"the model {name} is not in {store.folder}: run `sounding models fetch {name}`")
    return store.model_folder(name)


def need_data(path: str) -> Path:
    """A file or folder of the labelled data, relative to `SOUNDING_DATA`."""
    folder = os.environ.get("SOUNDING_DATA")
    if not folder:
        absent(f"SOUNDING_DATA is not set, and {path} of the labelled data is needed")
    place = Path(folder) / path
    if not place.exists():
        absent(f"{path} is not in SOUNDING_DATA ({folder})")
    return place


def absent(reason: str) -> NoReturn:
    """Skip the test, or fail it where everything is required."""
    if os.environ.get("SOUNDING_REQUIRE_ALL") == "1":
        pytest.fail(f"SOUNDING_REQUIRE_ALL=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def need_program(name: str) -> Path:
    """A program of the system, such as a browser."""
    found = shutil.which(name)
    if found is None:
        absent(f"the program {name} is not installed: apt-get install {name}")
    return Path(found)
