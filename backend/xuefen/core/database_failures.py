"""Which failures of the database are refusals to tell the caller, and which are bugs.

asyncpg's errors reach SQLAlchemy mostly untyped, so PostgreSQL is read by SQLSTATE.
"""

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from xuefen.core.errors import Conflict, DomainError, Invalid, Unavailable

_CONFLICT = ("23",)
_UNFIT_VALUE = ("22",)
_BUSY = ("08", "25P03", "25P04", "40", "53", "55", "57", "58")
"""Connection, idle limits, rollback, resources, locks, operator (also statement time-out), system."""


def refusal_of(error: BaseException) -> DomainError | None:
    """The refusal that `error` amounts to; None for a bug.

    A broken constraint is a conflict (409), a value that the database cannot hold invalid (422), and
    everything that may pass by itself unavailable (503).
    """
    if isinstance(error, PoolTimeout | ConnectionError | TimeoutError):
        return Unavailable()
    if not isinstance(error, DBAPIError):
        return None
    by_state = _refusal_of_state(str(getattr(error.orig, "sqlstate", None) or ""))
    if by_state is not None:
        return by_state
    if isinstance(error, IntegrityError):
        return Conflict()
    if isinstance(error, DataError):
        return Invalid()
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return Unavailable()
    return None


def _refusal_of_state(state: str) -> DomainError | None:
    if state.startswith(_CONFLICT):
        return Conflict()
    if state.startswith(_UNFIT_VALUE):
        return Invalid()
    if state.startswith(_BUSY):
        return Unavailable()
    return None
