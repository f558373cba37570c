"""What crosses HTTP about the ledger itself."""

from datetime import date, datetime
from uuid import UUID

from xuefen.core.text import AmountOut, Output
from xuefen.ledger.models import EntryKind


class ReversalOut(Output):
    """The entry that takes another back; its amount is what was taken back."""

    id: UUID
    kind: EntryKind
    teacher_id: UUID
    reverses_id: UUID
    credits: AmountOut
    event_on: date
    title: str
    reason_code: str
    posted_at: datetime


class ChainHead(Output):
    """The last seal of a chain: keep it elsewhere, and a cut tail will show."""

    chain_id: UUID
    position: int
    seal_hash: str


class VerificationOut(Output):
    """Counts speak of the teacher asked about; they are 0 when only the heads were asked for."""

    entries: int
    sealed: int
    unsealed: int
    faults: list[str]
    heads: list[ChainHead]
