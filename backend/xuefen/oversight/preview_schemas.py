"""The preview of a change of the rules, as it crosses HTTP."""

from datetime import date
from uuid import UUID

from xuefen.core.text import AmountOut, Day, Input, Output
from xuefen.policy.vocabulary import Unit


class PreviewIn(Input):
    """`organisation_id`: the people at or below that unit; without it those of the unit the rules are for.

    `on`: the day judged, today without it. `from_on`: judged as if the rules held from that day on; without it
    from their own first day, or from `on` where that is earlier, so that they are always seen at work.
    """

    organisation_id: UUID | None = None
    on: Day | None = None
    from_on: Day | None = None


class PreviewedPolicy(Output):
    id: UUID
    name: str
    from_on: date


class PreviewedUnit(Output):
    id: UUID
    name: str


class PreviewFigure(Output):
    """`required` null: the line does not bind."""

    required: AmountOut | None
    counted: AmountOut
    unit: Unit
    met: bool


class PreviewName(Output):
    """`requirement` null: the completion of the cycle. A figure is null where the rules do not ask."""

    teacher_id: UUID
    name: str
    staff_no: str
    school_name: str
    requirement: str | None
    requirement_name: str
    before: PreviewFigure | None
    after: PreviewFigure | None


class PreviewNames(Output):
    """At most 200 of `total`, by school and staff number. Who turns in two requirements is named twice."""

    total: int
    items: list[PreviewName]


class PreviewRequirement(Output):
    """People by what becomes of one requirement. `released`: it asks no more of them."""

    id: str | None
    name: str
    clause: str | None
    newly_met: int
    newly_missed: int
    released: int
    unchanged: int


class PreviewUnitCount(Output):
    """People of one county or school; who newly meets or misses several requirements is counted once."""

    organisation_id: UUID
    name: str
    people: int
    newly_met: int
    newly_missed: int
    newly_complete: int
    no_longer_complete: int


class PreviewOut(Output):
    """What the rules would do. `own_rules`: people under rules of a nearer unit, whom it does not touch."""

    policy: PreviewedPolicy
    organisation: PreviewedUnit
    on: date
    from_on: date
    people: int
    own_rules: int
    requirements: list[PreviewRequirement]
    completion: PreviewRequirement | None
    newly_met: PreviewNames
    newly_missed: PreviewNames
    newly_complete: PreviewNames
    no_longer_complete: PreviewNames
    units: list[PreviewUnitCount]
