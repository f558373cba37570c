"""What crosses HTTP about a school's reported budget."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from xuefen.core.text import Input, Output, Whole

MOST_FEN = 10**13
"""A hundred billion yuan: more than any school has, and exact in every client's numbers."""
Fen = Annotated[int, Whole(maximum=MOST_FEN)]
BudgetYear = Annotated[int, Field(ge=2000, le=2100)]


class BudgetIn(Input):
    """One calendar year, in fen: public funds, payroll, and what was spent on training."""

    public_funds_fen: Fen
    payroll_fen: Fen
    training_fen: Fen


class BudgetOut(Output):
    id: UUID
    organisation_id: UUID
    year: int
    public_funds_fen: int
    payroll_fen: int
    training_fen: int
    reported_at: datetime
    version: int
