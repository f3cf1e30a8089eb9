"""A real Postgres for tests: one server a run, one migrated database a module.

Postgres never runs as root, and pytest's own folders are closed to other users, so data lives in
folders of its own.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from app.adapters.store.jobs import conninfo
from app.adapters.store.migrate import upgrade
from app.adapters.store.server import EmbeddedServer

_TEMPLATE = "sounding_template"


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


@contextmanager
def _created(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with connect(server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield database(server, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
