"""Bring a database to the newest schema, in this process."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from sqlalchemy.exc import OperationalError

from alembic import command
from app.ports.errors import StoreUnavailable

_SCRIPTS = Path(__file__).parents[3] / "alembic"
_ONE_AT_A_TIME = 7_311_900_401


def upgrade(url: str, revision: str = "head") -> None:
    """Apply what is missing; several processes may call it at once.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            lock = sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME))
            connection.execute(lock)
            command.upgrade(config_for(connection), revision)
    except OperationalError as error:
        raise StoreUnavailable(f"the database can't be migrated: {error.orig}") from error
    finally:
        engine.dispose()


def config_for(connection: sa.Connection) -> Config:
    """Alembic's configuration, bound to a connection; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
