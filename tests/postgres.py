"""A real Postgres for tests: one server a run, one migrated database a module.

Postgres never runs as root, and pytest's own folders are closed to other users, so data lives in
folders of its own.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from app.adapters.files.bank import load_bank as read_bank
from app.adapters.llm.embedder import MiniLmEmbedder
from app.adapters.store.jobs import conninfo
from app.adapters.store.migrate import upgrade
from app.adapters.store.server import EmbeddedServer
from app.adapters.store.store import PostgresStore
from app.ports.embeddings import Vectors
from app.usecases.load_bank import load_bank
from tests.needs import need_model

_TEMPLATE = "sounding_template"
_WITH_BANK = "sounding_with_bank"
_ROOT = Path(__file__).resolve().parent.parent

NewStore = Callable[[], AbstractContextManager[str]]
"""Makes a database that a server finds as its own first start would leave it: the bank is there."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the system user of Postgres may enter."""
    folder = Path(tempfile.mkdtemp(prefix="sounding-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A plain connection to the database of a SQLAlchemy address."""
    return psycopg.connect(conninfo(url), autocommit=True)


def database(url: str, name: str) -> str:
    """The same server's address of another database."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server whose template database is migrated."""
    with temporary_folder() as folder:
        server = EmbeddedServer(folder / "postgres")
        url = server.start()
        try:
            with connect(url) as connection:
                connection.execute(f"CREATE DATABASE {_TEMPLATE}")
            upgrade(database(url, _TEMPLATE))
            yield url
        finally:
            server.stop()


@pytest.fixture(scope="module")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh migrated database for this module."""
    with _created(postgres_server, _TEMPLATE) as url:
        yield url


@pytest.fixture
def bare_url(postgres_server: str) -> Iterator[str]:
    """An empty database for this test, with nothing migrated."""
    with _created(postgres_server, "template0") as url:
        yield url


@pytest.fixture(scope="session")
def store_with_bank(postgres_server: str) -> NewStore:
    """Embedding the bank takes a server longer than all else in its start; here it is done once."""
    with connect(postgres_server) as connection:
        connection.execute(f"CREATE DATABASE {_WITH_BANK} TEMPLATE {_TEMPLATE}")
    loading = _loaded(database(postgres_server, _WITH_BANK), need_model("minilm"))
    with ThreadPoolExecutor(1) as elsewhere:  # a browser's driver has a loop in this thread
        elsewhere.submit(asyncio.run, loading).result()
    return lambda: _created(postgres_server, _WITH_BANK)


@dataclass(frozen=True)
class _Embedding:
    """What of the engines the loading of a bank needs."""

    embedder: MiniLmEmbedder

    async def embed(self, texts: Sequence[str]) -> Vectors:
        return self.embedder.embed(texts)


async def _loaded(url: str, model: Path) -> None:
    engines = _Embedding(MiniLmEmbedder(model / "model.onnx", model / "tokenizer.json"))
    store = PostgresStore(url)
    try:
        bank = read_bank(_ROOT / "rubrics", _ROOT / "question_bank")
        await load_bank(bank, store=store, engines=engines)  # type: ignore[arg-type]  # see there
    finally:
        await store.close()


@contextmanager
def _created(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with connect(server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield database(server, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
