"""Who proposes, who decides, and what follows in which state: tables of cases."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from xuefen.exemptions import rules
from xuefen.exemptions.rules import Ladder, Officer
from xuefen.exemptions.states import ExemptionState as State
from xuefen.exemptions.states import ExemptionVerdict as Verdict
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer

CITY, COUNTY, SCHOOL, DIRECT = "4302/", "4302/430221/", "4302/430221/S01/", "4302/D01/"
TEACHER, PROPOSER = uuid4(), uuid4()
CLERK, REVIEWER, AUDITOR = Role.school_clerk, Role.county_reviewer, Role.city_auditor


@dataclass
class Waiting:
    teacher_id: UUID = TEACHER
    org_path: str = SCHOOL
    desk_path: str = COUNTY
    proposed_by: UUID = PROPOSER


def viewer(role: Role, path: str, *, user_id: UUID | None = None, teacher_id: UUID | None = None) -> Viewer:
    binding = Binding(role, uuid4(), "单位", path, "school")
    return Viewer(user_id or uuid4(), uuid4(), "某人", teacher_id, (binding,))


def ladder(*roles: Role, unit: str = SCHOOL) -> Ladder:
    county = COUNTY if unit == SCHOOL else None
    return Ladder(unit, county, tuple(Officer(role, CITY, uuid4()) for role in roles))


@pytest.mark.parametrize(
    ("asking", "staffed", "allowed"),
    [
        ((CLERK, SCHOOL), [CLERK, REVIEWER, AUDITOR], True),
        ((REVIEWER, COUNTY), [CLERK, REVIEWER, AUDITOR], False),
        ((REVIEWER, COUNTY), [REVIEWER, AUDITOR], True),
        ((AUDITOR, CITY), [REVIEWER, AUDITOR], False),
        ((AUDITOR, CITY), [AUDITOR], True),
    ],
)
def test_the_nearest_office_that_somebody_holds_proposes(
    asking: tuple[Role, str], staffed: list[Role], allowed: bool
):
    who = viewer(*asking)
    if allowed:
        assert rules.proposer(who, TEACHER, ladder(*staffed)).role is asking[0]
    else:
        with pytest.raises(rules.LeftToUnit):
            rules.proposer(who, TEACHER, ladder(*staffed))


@pytest.mark.parametrize(
    ("office", "unit", "desk"),
    [(CLERK, SCHOOL, COUNTY), (CLERK, DIRECT, CITY), (REVIEWER, SCHOOL, CITY), (AUDITOR, DIRECT, CITY)],
)
def test_the_desk_is_one_tier_above_whoever_proposes(office: Role, unit: str, desk: str):
    assert ladder(unit=unit).desk_above(office) == desk


def test_only_the_desk_decides_unless_nobody_sits_there():
    staffed, deserted = ladder(REVIEWER, AUDITOR), ladder(AUDITOR)
    assert rules.decider(viewer(REVIEWER, COUNTY), Waiting(), staffed).path == COUNTY
    with pytest.raises(rules.NotYourCase):
        rules.decider(viewer(AUDITOR, CITY), Waiting(), staffed)
    assert rules.decider(viewer(AUDITOR, CITY), Waiting(), deserted).path == CITY
    with pytest.raises(rules.NotYourCase):
        rules.decider(viewer(REVIEWER, COUNTY), Waiting(desk_path=CITY), staffed)


def test_nobody_acts_in_their_own_case_or_on_their_own_proposal():
    with pytest.raises(rules.OwnCase):
        rules.proposer(viewer(CLERK, SCHOOL, teacher_id=TEACHER), TEACHER, ladder(CLERK))
    with pytest.raises(rules.OwnCase):
        rules.decider(viewer(REVIEWER, COUNTY, teacher_id=TEACHER), Waiting(), ladder(REVIEWER))
    with pytest.raises(rules.ProposedYourself):
        rules.decider(viewer(REVIEWER, COUNTY, user_id=PROPOSER), Waiting(), ladder(REVIEWER))


FOLLOWS = {
    (State.proposed, Verdict.approve): State.approved,
    (State.proposed, Verdict.refuse): State.refused,
    (State.approved, Verdict.revoke): State.revoked,
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_what_follows_from_each_verdict_in_each_state(state: State, verdict: Verdict):
    if (state, verdict) in FOLLOWS:
        assert rules.decided(state, verdict) is FOLLOWS[(state, verdict)]
    else:
        with pytest.raises(rules.NotInThatState):
            rules.decided(state, verdict)


@pytest.mark.parametrize(
    ("role", "path", "knows"),
    [
        (CLERK, SCHOOL, True),
        (REVIEWER, COUNTY, True),
        (AUDITOR, CITY, True),
        (CLERK, DIRECT, False),
        (Role.supervisor, CITY, False),
        (Role.teacher_office, CITY, False),
        (Role.administrator, CITY, False),
        (Role.finance, CITY, False),
    ],
)
def test_the_reason_is_for_those_who_propose_and_decide(role: Role, path: str, knows: bool):
    assert rules.sees_reason(viewer(role, path), Waiting()) is knows
    assert rules.sees_reason(viewer(role, path, teacher_id=TEACHER), Waiting())
