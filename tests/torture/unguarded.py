"""The product with the guard of the seats off: the control of the races. Run as a module, it serves.

The condition is taken out of the statement that takes a seat, and SQLite is told to ignore CHECKs unless
`--keep-check` is given (on PostgreSQL the test drops the constraint).
"""

import sys

from sqlalchemy import true

from xuefen.core import db
from xuefen.programs import seats

if __name__ == "__main__":
    seats.is_free = true
    if "--keep-check" not in sys.argv:
        db.SQLITE_PRAGMAS += ("PRAGMA ignore_check_constraints = ON",)
    from xuefen.cli import app

    app(["serve"])
