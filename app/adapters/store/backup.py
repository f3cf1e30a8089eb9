"""Every table as a file, and back: of one moment, in the schema's own revision.

`COPY` writes and reads the rows, so nothing of them is interpreted on the way. While rows come
back, triggers rest: they guard what people do, and these rows passed them before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from app.adapters.store.jobs import conninfo
from app.adapters.store.migrate import upgrade
from app.ports.errors import StoreUnavailable

_REVISIONS = "alembic_version"
_KEPT_BY_PEOPLE = ("interviews", "people")
_PIECE = 1 << 20

Connection = psycopg.Connection[tuple[object, ...]]


class NotEmpty(StoreUnavailable):
    """The store that a backup should come into holds something already."""

    retryable = False


class WrongBackup(StoreUnavailable):
    """The files are no whole backup, or of a newer Sounding."""

    retryable = False


@dataclass(frozen=True)
class Dump:
    """What was written: the schema's revision, and each table's columns and count of rows."""

    revision: str
    tables: Mapping[str, tuple[tuple[str, ...], int]]


def dump(url: str, folder: Path) -> Dump:
    """Write every table to `folder/NAME.copy`, all of the same moment."""
    with _connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        revision = _revision(connection)
        if revision is None:
            raise StoreUnavailable("this store was never used: there is nothing to back up")
        tables = {}
        for name, columns in _tables(connection).items():
            statement = sql.SQL("COPY {} ({}) TO STDOUT").format(*_named(name, columns))
            with connection.cursor() as cursor, (folder / f"{name}.copy").open("wb") as file:
                with cursor.copy(statement) as rows:
                    for piece in rows:
                        file.write(piece)
                tables[name] = (columns, cursor.rowcount)
    return Dump(revision, tables)


def restore(url: str, kept: Dump, file_of: Callable[[str], Path]) -> None:
    """Bring the rows of a dump into an empty store, all or nothing; then migrate to the newest.

    Raises:
        NotEmpty: the store holds interviews or people, or is of another revision.
        WrongBackup: a table or a row is missing, or the revision is unknown here.
    """
    with _connected(url) as connection:
        there = _revision(connection)
    if there is None:
        try:
            upgrade(url, kept.revision)
        except Exception as error:
            if isinstance(error, StoreUnavailable):
                raise
            raise WrongBackup("this backup is of a newer Sounding, or of none") from error
    elif there != kept.revision:
        text = f"the store is of revision {there}, the backup of {kept.revision}"
        raise NotEmpty(f"{text}: restore into a store that was never used")
    with _connected(url) as connection:
        _fill(connection, kept, file_of)
    upgrade(url)


def _fill(connection: Connection, kept: Dump, file_of: Callable[[str], Path]) -> None:
    for name in _KEPT_BY_PEOPLE:
        query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(name))
        if _one(connection, query):
            raise NotEmpty(f"the store holds {name} already: restore into an empty one")
    tables = _tables(connection)
    if {name: set(columns) for name, columns in tables.items()} != {
        name: set(columns) for name, (columns, _) in kept.tables.items()
    }:
        raise WrongBackup("the tables of the backup are not those of its revision")
    connection.execute("SET LOCAL session_replication_role = replica")
    for name, (columns, count) in kept.tables.items():
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(*_named(name, columns))
        with connection.cursor() as cursor:
            with cursor.copy(statement) as rows, file_of(name).open("rb") as file:
                while piece := file.read(_PIECE):
                    rows.write(piece)
            if cursor.rowcount != count:
                raise WrongBackup(f"expected {count} rows of {name}, found {cursor.rowcount}")
    _move_counters(connection, kept)


def _move_counters(connection: Connection, kept: Dump) -> None:
    """Let new rows be numbered after those that came back."""
    for name, (columns, _) in kept.tables.items():
        for column in columns:
            found = _one(
                connection,
                "SELECT pg_get_serial_sequence(quote_ident(%s), %s)",
                (name, column),
            )
            if found is None:
                continue
            query = sql.SQL("SELECT setval(%s, greatest((SELECT max({}) FROM {}), 1))")
            statement = query.format(sql.Identifier(column), sql.Identifier(name))
            connection.execute(statement, (found,))


def _tables(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Every table with its columns, apart from what the database works out itself."""
    found: dict[str, tuple[str, ...]] = {}
    query = """
        SELECT c.table_name, c.column_name FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
        AND c.is_generated = 'NEVER' AND c.table_name <> %s
        ORDER BY c.table_name, c.ordinal_position
    """
    for table, column in connection.execute(query, (_REVISIONS,)):
        found[str(table)] = (*found.get(str(table), ()), str(column))
    return found


def _revision(connection: Connection) -> str | None:
    if _one(connection, "SELECT to_regclass(%s)", (_REVISIONS,)) is None:
        return None
    found = _one(connection, "SELECT version_num FROM alembic_version")
    return None if found is None else str(found)


def _one(connection: Connection, query: sql.Composed | str, values: tuple[str, ...] = ()) -> object:
    row = connection.execute(query, values).fetchone()
    return row[0] if row is not None else None


def _named(name: str, columns: tuple[str, ...]) -> tuple[sql.Identifier, sql.Composed]:
    return sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    try:
        with psycopg.connect(conninfo(url)) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        text = "restoring needs a superuser of the database, or the right to set"
        raise StoreUnavailable(f"{text} session_replication_role") from error
    except psycopg.Error as error:
        raise StoreUnavailable(f"the store failed: {type(error).__name__}") from error
