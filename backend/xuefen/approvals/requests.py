"""What is asked of the intake, from whatever source."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from xuefen.approvals.diplomas import Diploma
from xuefen.approvals.states import ClaimSource, Flag
from xuefen.policy.levels import ActivityForm, DeliveryMode, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRequest:
    """What is claimed. `activity` names what was done: a teacher can claim it once for one day.

    `event_on` is the day the training ended, in Asia/Shanghai; amounts are hundredths.
    """

    id: UUID
    teacher_id: UUID
    source: ClaimSource
    activity: str
    title: str
    category: str
    level: Level
    mode: DeliveryMode
    event_on: date
    hours_centi: int
    credits_centi: int
    form: ActivityForm | None = None
    sponsor_id: UUID | None = None
    program_id: UUID | None = None
    run_id: UUID | None = None
    batch_id: UUID | None = None
    exam_passed: bool = False
    attended: int | None = None
    held: int | None = None
    made_by: UUID | None = None
    late_reason: str | None = None
    diploma: Diploma | None = None
    diploma_at: str = "/diploma"
    """Where the diploma stands in what was sent, for what is wrong with it."""
    flags: tuple[Flag, ...] = ()

    @property
    def natural_key(self) -> tuple[str, str, date]:
        return (str(self.teacher_id), self.activity, self.event_on)
