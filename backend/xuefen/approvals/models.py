"""Claims (学分登记单, 申报单) on their way through the tiers, and every decision taken on them."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from xuefen.approvals.states import ClaimSource, ClaimState, Verdict
from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, json_field, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.organisations.roles import Role
from xuefen.people.models import Degree
from xuefen.policy.levels import ActivityForm, DeliveryMode, Level

LIVE = text("state NOT IN ('withdrawn', 'rejected', 'reversed')")

WAITING = text("desk_path IS NOT NULL")

AWARDING = text("award_key IS NOT NULL AND state NOT IN ('withdrawn', 'rejected', 'reversed')")


class Claim(CityRow, table=True):
    """A proposed credit.

    `route` is the list of steps as of the event: `{tier, act, organisation_id, path, name}`.
    `step` is the index of the step whose turn it is; `desk_id`/`desk_path` its organisation (null when
    final). `org_path` and `school_id` are the teacher's school on the event date. `activity` names what
    was done, so that (teacher, activity, day) is claimed once among live claims.
    """

    __tablename__ = "claims"
    __table_args__ = (
        city_fk("teacher_id", "teachers"),
        city_fk("school_id", "organisations"),
        city_fk("program_id", "programs"),
        one_of("state", ClaimState),
        one_of("source", ClaimSource),
        one_of("level", Level),
        one_of("mode", DeliveryMode),
        one_of("form", ActivityForm),
        one_of("awarded_degree", Degree),
        one_of("degree_before", Degree),
        CheckConstraint("hours_centi >= 0 AND credits_claimed_centi >= 0", name="amounts"),
        CheckConstraint("credits_granted_centi IS NULL OR credits_granted_centi >= 0", name="granted"),
        Index(
            "uq_claims_activity",
            "city_id",
            "teacher_id",
            "activity",
            "event_on",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index(
            "uq_claims_award_key",
            "city_id",
            "award_key",
            unique=True,
            sqlite_where=AWARDING,
            postgresql_where=AWARDING,
        ),
        Index(
            "ix_claims_desk_path",
            "city_id",
            "desk_path",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_claims_org_path", "city_id", "org_path"),
        Index("ix_claims_sponsor_path", "city_id", "sponsor_path"),
        Index("ix_claims_batch_id", "city_id", "batch_id"),
        # The partial index above does not serve a query that passes its states as parameters.
        Index("ix_claims_teacher_id", "city_id", "teacher_id", "event_on"),
    )
    scope_columns: ClassVar[Scope] = Scope(
        organisation="org_path", sponsor="sponsor_path", teacher="teacher_id"
    )

    number: str = Field(max_length=20)
    teacher_id: UUID
    school_id: UUID
    org_path: str = path_field()
    category: str = Field(max_length=40)
    level: Level = Field(sa_type=text_enum(Level))
    mode: DeliveryMode = Field(sa_type=text_enum(DeliveryMode))
    form: ActivityForm | None = Field(default=None, sa_type=text_enum(ActivityForm))
    sponsor_id: UUID | None = None
    sponsor_path: str | None = path_field(default=None)
    program_id: UUID | None = None
    run_id: UUID | None = None
    batch_id: UUID | None = None
    source: ClaimSource = Field(sa_type=text_enum(ClaimSource))
    activity: str = Field(max_length=120)
    title: str = Field(max_length=100)
    event_on: date
    hours_centi: int
    credits_claimed_centi: int
    credits_granted_centi: int | None = None
    exam_passed: bool = False
    attended_sessions: int | None = None
    held_sessions: int | None = None
    award_key: str | None = Field(default=None, max_length=64)
    """Keyed hash of the diploma's number, where the award comes once per diploma."""
    awarded_degree: Degree | None = Field(default=None, sa_type=text_enum(Degree))
    """What the diploma awards."""
    degree_before: Degree | None = Field(default=None, sa_type=text_enum(Degree))
    """The teacher's highest when this was claimed: it is that again if the credit is reversed."""
    late_reason: str | None = Field(default=None, max_length=200)
    flags: list[str] = json_field(default_factory=list)
    route: list[dict[str, Any]] = json_field(default_factory=list)
    step: int = 0
    state: ClaimState = Field(default=ClaimState.draft, sa_type=text_enum(ClaimState))
    desk_id: UUID | None = None
    desk_path: str | None = path_field(default=None)
    arrived_at: datetime = Field(default_factory=clock.now)
    """When the claim came to the present desk."""
    made_by: UUID | None = None
    made_at: datetime = Field(default_factory=clock.now)
    version: int = 1


class Decision(CityRow, table=True):
    """One act on a claim. Append-only; the note lives in `decision_notes`, so that it can be erased."""

    __tablename__ = "decisions"
    __table_args__ = (
        city_fk("claim_id", "claims"),
        Index("ix_decisions_claim_id", "city_id", "claim_id", "decided_at"),
        one_of("verdict", Verdict),
        one_of("capacity", Role),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    claim_id: UUID
    teacher_id: UUID
    org_path: str = path_field()
    step: int
    act: str = Field(max_length=20)
    verdict: Verdict = Field(sa_type=text_enum(Verdict))
    capacity: Role = Field(sa_type=text_enum(Role))
    organisation_id: UUID
    actor_id: UUID
    state_before: ClaimState = Field(sa_type=text_enum(ClaimState))
    state_after: ClaimState = Field(sa_type=text_enum(ClaimState))
    credits_before_centi: int
    credits_after_centi: int
    reason_code: str | None = Field(default=None, max_length=40)
    decided_at: datetime = Field(default_factory=clock.now)


class DecisionNote(CityRow, table=True):
    """Free text of a decision, by the decision's id."""

    __tablename__ = "decision_notes"
    __table_args__ = (city_fk("id", "decisions"),)
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    teacher_id: UUID
    org_path: str = path_field()
    note: str = Field(max_length=500)
