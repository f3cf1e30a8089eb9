"""Fixtures that several categories share, and who runs which tests when there are workers."""

from __future__ import annotations

import gc

import pytest
from xdist.scheduler import LoadFileScheduling, Scheduling

from tests.postgres import bare_url, open_folder, postgres_server, postgres_url, store_with_bank

__all__ = ["bare_url", "open_folder", "postgres_server", "postgres_url", "store_with_bank"]

gc.disable()  # what is imported to collect tests stays: to look through it again and again is vain

BROWSERS = "tests/e2e"
ORDER = (BROWSERS, "tests/integration")


class OneForBrowsers(LoadFileScheduling):
    """A file goes to one worker, and all files of browser tests to the same one.

    They share a server and mostly wait, in real time, so another worker computes beside them.
    """

    def _split_scope(self, nodeid: str) -> str:
        return BROWSERS if nodeid.startswith(f"{BROWSERS}/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling | None:
    """Ours in place of `--dist=loadfile`."""
    return OneForBrowsers(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: [not item.nodeid.startswith(f"{part}/") for part in ORDER])


def pytest_collection_finish() -> None:
    """From here on garbage is collected again, apart from what is there."""
    gc.collect()
    gc.freeze()
    gc.enable()
