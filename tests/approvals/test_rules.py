"""How a claim walks, as a table: every state, every verdict, and every role at every desk."""

from itertools import product
from uuid import uuid4

import pytest

from xuefen.approvals import rules
from xuefen.approvals.rules import Acted, Desk, Position, advance, capacity
from xuefen.approvals.states import ClaimState, ReturnTo, Verdict
from xuefen.core.errors import DomainError
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.policy.routes import Act, Tier

CITY, COUNTY, SCHOOL = uuid4(), uuid4(), uuid4()
PATHS = {CITY: "430200/", COUNTY: "430200/430221/", SCHOOL: "430200/430221/S01/"}
THREE = (
    Desk(Tier.school, Act.register, SCHOOL, PATHS[SCHOOL], "河东小学"),
    Desk(Tier.county, Act.review, COUNTY, PATHS[COUNTY], "北河县"),
    Desk(Tier.city, Act.audit, CITY, PATHS[CITY], "青禾市"),
)
TWO = (THREE[0], Desk(Tier.county, Act.audit, COUNTY, PATHS[COUNTY], "北河县"))
ONE = THREE[:1]

draft, registered, reviewed, audited, returned, withdrawn, rejected = (
    ClaimState(name)
    for name in ("draft", "registered", "reviewed", "audited", "returned", "withdrawn", "rejected")
)

WALK = [
    # route, state, step, verdict, target -> state, step, credited
    (THREE, draft, 0, "approve", "previous", registered, 1, False),
    (THREE, registered, 1, "approve", "previous", reviewed, 2, False),
    (THREE, reviewed, 2, "approve", "previous", audited, 3, True),
    (THREE, returned, 0, "approve", "previous", registered, 1, False),
    (THREE, returned, 1, "approve", "previous", reviewed, 2, False),
    (TWO, draft, 0, "approve", "previous", registered, 1, False),
    (TWO, registered, 1, "approve", "previous", audited, 2, True),
    (ONE, draft, 0, "approve", "previous", registered, 1, True),
    (THREE, registered, 1, "return", "previous", returned, 0, False),
    (THREE, reviewed, 2, "return", "previous", returned, 1, False),
    (THREE, reviewed, 2, "return", "maker", returned, 0, False),
    (THREE, returned, 1, "return", "previous", returned, 0, False),
    (THREE, draft, 0, "reject", "previous", rejected, 0, False),
    (THREE, registered, 1, "reject", "previous", rejected, 1, False),
    (THREE, reviewed, 2, "reject", "previous", rejected, 2, False),
    (THREE, draft, 0, "withdraw", "previous", withdrawn, 0, False),
    (THREE, returned, 0, "withdraw", "previous", withdrawn, 0, False),
    (THREE, registered, 1, "withdraw", "previous", draft, 0, False),
    (THREE, reviewed, 2, "withdraw", "previous", registered, 1, False),
]
REFUSED = [
    (THREE, draft, 0, "return", rules.NoPreviousStep),
    (THREE, returned, 0, "return", rules.NoPreviousStep),
    (THREE, returned, 1, "withdraw", rules.NothingToWithdraw),
    *[
        (THREE, state, 3, verdict, rules.ClaimFinal)
        for state, verdict in product((audited, rejected, withdrawn, ClaimState.reversed), Verdict)
    ],
    *[(ONE, registered, 1, verdict, rules.ClaimFinal) for verdict in Verdict],
]


@pytest.mark.requirement("003-15")
@pytest.mark.parametrize(("route", "state", "step", "verdict", "to", "after", "then", "credited"), WALK)
def test_a_claim_walks_as_the_table_says(route, state, step, verdict, to, after, then, credited):
    moved = advance(Position(state, step, route), Verdict(verdict), ReturnTo(to))
    assert (moved.state, moved.step, rules.earns_credit(moved)) == (after, then, credited)


@pytest.mark.parametrize(("route", "state", "step", "verdict", "refusal"), REFUSED)
def test_what_the_table_does_not_say_is_refused(route, state, step, verdict, refusal):
    with pytest.raises(refusal):
        advance(Position(state, step, route), Verdict(verdict))


def test_the_table_leaves_no_case_out():
    live = [(draft, 0), (registered, 1), (reviewed, 2), (returned, 0), (returned, 1)]
    said = {(state, step, verdict) for route, state, step, verdict, *_ in WALK if route is THREE}
    said |= {(state, step, str(verdict)) for route, state, step, verdict, _ in REFUSED if route is THREE}
    missing = {(state, step, str(v)) for (state, step), v in product(live, Verdict)} - said
    assert missing == {(returned, 0, "reject"), (returned, 1, "reject")}
    for state, step in ((returned, 0), (returned, 1)):
        assert advance(Position(state, step, THREE), Verdict.reject).state is rejected


def viewer(role: Role, at, teacher_id=None, user_id=None) -> Viewer:
    kind = {CITY: "city", COUNTY: "county", SCHOOL: "school"}.get(at, "school")
    path = PATHS.get(at, "430200/430299/S09/")
    return Viewer(user_id or uuid4(), CITY, "某人", teacher_id, (Binding(role, at, "某处", path, kind),))


MAY = {
    (Role.school_clerk, SCHOOL): 0,
    (Role.county_reviewer, COUNTY): 1,
    (Role.city_auditor, CITY): 2,
}
"""The one desk at which a role at an organisation acts; every other pair acts nowhere."""


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize(("role", "at"), list(product(Role, (SCHOOL, COUNTY, CITY, uuid4()))))
def test_only_the_desk_s_own_role_acts_there(role, at, step):
    def ask():
        return capacity(viewer(role, at), THREE[step], step, uuid4(), [], nobody_else=False)

    if MAY.get((role, at)) == step:
        assert ask().role is role
    else:
        with pytest.raises(rules.NotYourDesk):
            ask()


ESCALATES_TO = {
    0: {(Role.county_reviewer, COUNTY), (Role.administrator, COUNTY), (Role.administrator, SCHOOL)}
    | {(Role.city_auditor, CITY), (Role.administrator, CITY), (Role.school_clerk, SCHOOL)},
    1: {(Role.county_reviewer, COUNTY), (Role.administrator, COUNTY)}
    | {(Role.city_auditor, CITY), (Role.administrator, CITY)},
    2: {(Role.city_auditor, CITY), (Role.administrator, CITY)},
}


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize(("role", "at"), list(product(Role, (SCHOOL, COUNTY, CITY, uuid4()))))
def test_a_desk_without_anybody_escalates_upwards_only(role, at, step):
    def ask():
        return capacity(viewer(role, at), THREE[step], step, uuid4(), [], nobody_else=True)

    if (role, at) in ESCALATES_TO[step]:
        assert ask().organisation_id == at
    else:
        with pytest.raises(DomainError):
            ask()


def test_nobody_decides_an_own_claim():
    teacher = uuid4()
    with pytest.raises(rules.OwnClaim):
        capacity(viewer(Role.school_clerk, SCHOOL, teacher), THREE[0], 0, teacher, [], nobody_else=False)


def test_two_steps_never_one_person_but_the_same_step_again():
    me = uuid4()
    who = viewer(Role.county_reviewer, COUNTY, user_id=me)
    assert capacity(who, THREE[1], 1, uuid4(), [Acted(1, me), Acted(0, uuid4())], nobody_else=False)
    with pytest.raises(rules.SamePerson):
        capacity(who, THREE[1], 1, uuid4(), [Acted(0, me)], nobody_else=False)


@pytest.mark.parametrize("verdict", [Verdict.return_, Verdict.reject])
def test_sending_back_needs_a_reason_of_the_policy(verdict):
    rules.require_reason(verdict, "other", ["other"])
    for reason in (None, "made_up"):
        with pytest.raises(rules.ReasonRequired):
            rules.require_reason(verdict, reason, ["other"])
