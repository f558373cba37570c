"""Who may do what with a program, and what the policy asks of it: tables of cases, no database."""

from itertools import product

import pytest

from tests.make.organisations import Unit, city_unit, unit_below
from tests.make.policy import zhuzhou
from xuefen.core.errors import Invalid
from xuefen.core.ids import new_id
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs import eligibility, rules
from xuefen.programs.eligibility import Draft
from xuefen.programs.rules import ProgramAct
from xuefen.programs.states import ProgramState

CITY = city_unit("430200", "青禾市")
COUNTY = unit_below(CITY, Kind.county, "430221", "北河县")
OTHER_COUNTY = unit_below(CITY, Kind.county, "430204", "南浦区")
UNION = unit_below(COUNTY, Kind.union, "U01", "柳溪联校")
SCHOOL = unit_below(COUNTY, Kind.school, "S01", "河东小学")
UNION_SCHOOL = unit_below(UNION, Kind.school, "S03", "柳溪小学")
DIRECT = unit_below(CITY, Kind.school, "D01", "青禾一中")
CENTRE = unit_below(CITY, Kind.provider, "P01", "教师培训中心")
PACK = zhuzhou()


def viewer(role: Role, unit: Unit) -> Viewer:
    binding = Binding(role, unit.id, unit.name, unit.path, unit.kind)
    return Viewer(new_id(), CITY.id, "沈青", None, (binding,))


def may(who: Viewer, act: ProgramAct, sponsor: Unit) -> bool:
    return rules.capacity_for(who, act, sponsor.path, sponsor.kind, CENTRE.id) is not None


# 株教函〔2014〕29号 五(二): 国家、省、市组织的培训由市，县市区组织的由县，学校的由县（市直属学校由市）.
AUTHORITIES = [
    (CITY, Role.city_auditor, CITY),
    (DIRECT, Role.city_auditor, CITY),
    (COUNTY, Role.county_reviewer, COUNTY),
    (UNION, Role.county_reviewer, COUNTY),
    (SCHOOL, Role.county_reviewer, COUNTY),
    (UNION_SCHOOL, Role.county_reviewer, COUNTY),
]


@pytest.mark.requirement("003-01", "003-21", "003-46")
@pytest.mark.parametrize(("sponsor", "role", "at"), AUTHORITIES)
def test_the_sponsors_level_decides_who_approves(sponsor: Unit, role: Role, at: Unit):
    assert rules.authority_of(sponsor.path, sponsor.kind) == (role, at.path)


@pytest.mark.parametrize(("sponsor", "role", "at"), AUTHORITIES)
def test_nobody_but_the_authority_decides(sponsor: Unit, role: Role, at: Unit):
    everywhere = list(product(Role, (CITY, COUNTY, OTHER_COUNTY, UNION, SCHOOL, DIRECT, CENTRE)))
    for act in (ProgramAct.approve, ProgramAct.return_):
        allowed = {(held, unit.path) for held, unit in everywhere if may(viewer(held, unit), act, sponsor)}
        assert allowed <= {(role, at.path)}
        assert may(viewer(role, at), act, sponsor)


@pytest.mark.parametrize("act", [ProgramAct.publish, ProgramAct.close])
def test_what_is_approved_its_provider_publishes_and_closes_too(act: ProgramAct):
    assert may(viewer(Role.provider_staff, CENTRE), act, CITY)
    assert may(viewer(Role.city_auditor, CITY), act, CITY)
    assert not may(viewer(Role.provider_staff, COUNTY), act, CITY)
    assert not may(viewer(Role.county_reviewer, COUNTY), act, CITY)


def test_makers_are_the_providers_staff_and_the_units_above():
    for act in (ProgramAct.edit, ProgramAct.submit):
        assert may(viewer(Role.provider_staff, CENTRE), act, SCHOOL)
        assert may(viewer(Role.county_reviewer, COUNTY), act, SCHOOL)
        assert may(viewer(Role.city_auditor, CITY), act, SCHOOL)
        assert not may(viewer(Role.county_reviewer, OTHER_COUNTY), act, SCHOOL)
        assert not may(viewer(Role.county_reviewer, COUNTY), act, CITY)
        assert not may(viewer(Role.school_clerk, SCHOOL), act, SCHOOL)
        assert not may(viewer(Role.provider_staff, COUNTY), act, COUNTY)


MOVES = {
    ("draft", "edit"): "draft",
    ("draft", "submit"): "submitted",
    ("returned", "edit"): "returned",
    ("returned", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "return"): "returned",
    ("approved", "return"): "returned",
    ("approved", "publish"): "published",
    ("published", "close"): "closed",
}


@pytest.mark.parametrize(("state", "act"), list(product(ProgramState, ProgramAct)))
def test_every_state_and_act_is_in_the_written_table(state: ProgramState, act: ProgramAct):
    if (state.value, act.value) in MOVES:
        assert rules.advance(state, act) == MOVES[state.value, act.value]
    else:
        with pytest.raises(rules.NotInThisState):
            rules.advance(state, act)


@pytest.mark.requirement("003-46")
def test_nobody_approves_what_they_submitted():
    auditor = viewer(Role.city_auditor, CITY)
    with pytest.raises(rules.OwnSubmission):
        rules.refuse_own_submission(ProgramAct.approve, auditor.user_id, auditor)
    rules.refuse_own_submission(ProgramAct.approve, new_id(), auditor)
    rules.refuse_own_submission(ProgramAct.return_, auditor.user_id, auditor)
    offered = rules.open_acts(
        auditor, ProgramState.submitted, CITY.path, CITY.kind, CENTRE.id, auditor.user_id
    )
    assert offered == [ProgramAct.return_]


def draft(category: str, level: Level = Level.city, mode: str = "onsite", **more: object) -> Draft:
    values: dict[str, object] = {
        "category": category,
        "level": level,
        "sponsor_kind": {"national": "city", "provincial": "city"}.get(level, level),
        "mode": DeliveryMode(mode),
        "hours_centi": 2400,
        "credits_centi": None,
        "has_exam": False,
    }
    return Draft(**(values | more))  # type: ignore[arg-type]


def faults(written: Draft) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        eligibility.require_fit(PACK, written)
    return [(fault.pointer, fault.code) for fault in refused.value.errors]


REFUSED = [
    (draft("knitting"), [("/category", "category_unknown")]),
    # 表1: 骨干教师培训由县市区及以上组织.
    (draft("backbone", Level.school), [("/level", "sponsor_too_low")]),
    # 表1: 名教师培训由市级及以上组织, 基地研修.
    (draft("master", Level.county, "base"), [("/level", "sponsor_too_low")]),
    (draft("master", Level.city, "online"), [("/mode", "mode_not_foreseen")]),
    (draft("post_training", Level.national, sponsor_kind="county"), [("/level", "level_of_sponsor")]),
    (draft("post_training", Level.city, sponsor_kind="provider"), [("/level", "level_of_sponsor")]),
    (draft("degree", Level.city, "study"), [("/category", "teacher_made")]),
    (draft("safety", Level.school, "school_based", credits_centi=100), [("/credits", "not_credited")]),
    (draft("post_training", credits_centi=2401), [("/credits", "more_than_hours")]),
    # 表1: 教育技术能力培训记80学分; 五(三)1: 须考试合格.
    (
        draft("edtech", Level.county, "blended", credits_centi=7000),
        [("/has_exam", "exam_required"), ("/credits", "award_differs")],
    ),
]


@pytest.mark.requirement("003-33", "003-34", "003-32", "003-44", "003-41", "003-38")
@pytest.mark.parametrize(("written", "expected"), REFUSED)
def test_what_the_policy_forbids_is_named_by_field(written: Draft, expected: list[tuple[str, str]]):
    assert faults(written) == expected


@pytest.mark.requirement("003-38", "003-49")
@pytest.mark.parametrize(
    ("written", "credits_centi"),
    [
        (draft("edtech", Level.county, "blended", has_exam=True, hours_centi=8000), 8000),
        (draft("edtech", Level.county, "blended", has_exam=True, hours_centi=9000), 8000),
        (draft("post_training"), 2400),
        (draft("post_training", credits_centi=2000), 2000),
        (draft("safety", Level.school, "school_based"), 0),
    ],
)
def test_credits_follow_from_the_rule(written: Draft, credits_centi: int):
    eligibility.require_fit(PACK, written)
    assert eligibility.credits_of(PACK, written) == credits_centi


@pytest.mark.requirement("001-06", "003-33", "003-35", "003-37", "003-42")
@pytest.mark.parametrize(
    ("category", "audience"),
    [
        ("backbone", {"posts": ["backbone"]}),
        ("homeroom", {"posts": ["homeroom"]}),
        ("principal", {"posts": ["principal", "principal_designate"]}),
        ("induction", {"service_years": {"at_least": None, "at_most": 0}}),
        ("post_training", {}),
    ],
)
def test_an_audience_left_open_is_the_categorys(category: str, audience: dict[str, object]):
    row = PACK.find_category(category)
    assert row is not None
    assert eligibility.audience_of(row, {}) == audience


@pytest.mark.requirement("003-35")
def test_an_audience_may_narrow_the_categorys_and_not_leave_it():
    # 三(一)5: 音体美英信科通.
    row = PACK.find_category("weak_subject")
    assert row is not None
    assert eligibility.audience_of(row, {"subjects": ["音乐"]})["subjects"] == ["音乐"]
    with pytest.raises(Invalid):
        eligibility.audience_of(row, {"subjects": ["音乐", "数学"]})
