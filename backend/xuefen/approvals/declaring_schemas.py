"""What a teacher claims, as it crosses HTTP inwards."""

from typing import Annotated
from uuid import UUID

from xuefen.approvals.diploma_schemas import DiplomaIn
from xuefen.core.text import AmountIn, Code, Day, Input, Line
from xuefen.policy.levels import DeliveryMode


class ClaimIn(Input):
    """What a teacher claims for themselves. `diploma`: as in a batch."""

    id: UUID
    title: Annotated[str, Line(100)]
    category: Code
    mode: DeliveryMode
    event_on: Day
    hours: AmountIn
    credits: AmountIn
    late_reason: Annotated[str, Line(200)] | None = None
    diploma: DiplomaIn | None = None
