"""The store's failures in our words.

StoreUnavailable (app.ports.errors)
└── Refused    a row that breaks a rule of the store; a retry can't help
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.adapters.store.schema import FIREWALL
from app.domain.errors import PurposeForbids
from app.ports.errors import StoreUnavailable


class Refused(StoreUnavailable):
    """The store refuses this row: it is a second one, or belongs to nothing."""

    retryable = False


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors in place of SQLAlchemy's. Their texts hold no values of rows."""
    try:
        yield
    except IntegrityError as error:
        raise _refusal(error) from error
    except (OperationalError, PoolTimeout) as error:
        raise StoreUnavailable("the store can't be reached") from error
    except DBAPIError as error:
        if error.connection_invalidated or _connection_lost(error):
            raise StoreUnavailable("the connection to the store was lost") from error
        raise Refused(f"the store refused: {type(error.orig).__name__}") from error
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"the store failed: {type(error).__name__}") from error


def _refusal(error: IntegrityError) -> PurposeForbids | Refused:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if constraint in FIREWALL:
        return PurposeForbids(f"the store refused a row: {constraint}")
    return Refused(f"the store refused a row: {constraint}")


def _connection_lost(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in {"InterfaceError", "InternalError_"}
