"""Who registers and who audits: every row of table 1 and every sentence of 五(二), as one table."""

from itertools import product

import pytest

from tests.make.policy import three_tier, zhuzhou
from xuefen.policy.levels import Level
from xuefen.policy.pack import CategoryUnknown, Pack, apply_overrides
from xuefen.policy.routes import (
    Act,
    SchoolPlace,
    SponsorTooLow,
    Tier,
    certificate_route,
    registering_tier,
    route,
    tiers_for,
)

COUNTY_SCHOOL = SchoolPlace(direct=False)
DIRECT_SCHOOL = SchoolPlace(direct=True)
PLACES = (COUNTY_SCHOOL, DIRECT_SCHOOL)


def letter(**routes: str) -> Pack:
    return apply_overrides(zhuzhou(), {"routes": routes})


def each() -> Pack:
    return letter(city_audit="each", teacher_made="three_tier")


def walked(pack: Pack, code: str, sponsor: Level, place: SchoolPlace) -> str:
    """The route as one readable line: "school register, county audit"."""
    return ", ".join(f"{step.tier} {step.act}" for step in route(pack, code, sponsor, place))


BY_CITY = "city register, city audit"
BY_COUNTY = "county register, city audit"
SCHOOL_TO_COUNTY = "school register, county audit"
UNION_TO_COUNTY = "union register, county audit"
SCHOOL_TO_CITY = "school register, city audit"
THREE_TIERS = "school register, county review, city audit"
UNION_THREE_TIERS = "union register, county review, city audit"
SCHOOL_ALONE = "school register"


# 表1“学分登记、审核机构”一栏，逐行；学校一栏均为县区所属学校
@pytest.mark.parametrize(
    ("code", "sponsor", "by_the_letter"),
    [
        pytest.param("school_based", Level.school, SCHOOL_TO_COUNTY, marks=pytest.mark.requirement("003-30")),
        pytest.param("school_based", Level.union, UNION_TO_COUNTY, marks=pytest.mark.requirement("003-30")),
        pytest.param("post_training", Level.county, BY_COUNTY, marks=pytest.mark.requirement("003-32")),
        pytest.param("post_training", Level.city, BY_CITY, marks=pytest.mark.requirement("003-32")),
        pytest.param("backbone", Level.county, BY_COUNTY, marks=pytest.mark.requirement("003-33")),
        pytest.param("backbone", Level.provincial, BY_CITY, marks=pytest.mark.requirement("003-33")),
        pytest.param("master", Level.city, BY_CITY, marks=pytest.mark.requirement("003-34")),
        pytest.param("weak_subject", Level.county, BY_COUNTY, marks=pytest.mark.requirement("003-35")),
        pytest.param("weak_subject", Level.national, BY_CITY, marks=pytest.mark.requirement("003-35")),
        pytest.param("off_subject", Level.city, BY_CITY, marks=pytest.mark.requirement("003-36")),
        pytest.param("induction", Level.county, BY_COUNTY, marks=pytest.mark.requirement("003-37")),
        pytest.param("induction", Level.city, BY_CITY, marks=pytest.mark.requirement("003-37")),
        pytest.param("edtech", Level.county, BY_CITY, marks=pytest.mark.requirement("003-38")),
        pytest.param("edtech", Level.city, BY_CITY, marks=pytest.mark.requirement("003-38")),
        pytest.param(
            "mental_health_general", Level.school, SCHOOL_ALONE, marks=pytest.mark.requirement("003-39")
        ),
        pytest.param(
            "mental_health_special", Level.county, BY_COUNTY, marks=pytest.mark.requirement("003-40")
        ),
        pytest.param("safety", Level.school, SCHOOL_ALONE, marks=pytest.mark.requirement("003-41")),
        pytest.param("safety", Level.county, SCHOOL_ALONE, marks=pytest.mark.requirement("003-41")),
        pytest.param("homeroom", Level.county, BY_COUNTY, marks=pytest.mark.requirement("003-42")),
        pytest.param("homeroom", Level.city, BY_CITY, marks=pytest.mark.requirement("003-42")),
        pytest.param("principal", Level.county, BY_COUNTY, marks=pytest.mark.requirement("003-43")),
        pytest.param("principal", Level.national, BY_CITY, marks=pytest.mark.requirement("003-43")),
        pytest.param("degree", Level.self, BY_COUNTY, marks=pytest.mark.requirement("003-44")),
        pytest.param("policy_bonus", Level.self, BY_COUNTY, marks=pytest.mark.requirement("003-45")),
    ],
)
def test_table_1_by_the_letter(code: str, sponsor: Level, by_the_letter: str) -> None:
    assert walked(zhuzhou(), code, sponsor, COUNTY_SCHOOL) == by_the_letter


# 五(二)：“市直属学校教师的校本研训，由学校负责考核、认定、登载学分，由市教师培训中心负责审核。”
@pytest.mark.requirement("003-21")
@pytest.mark.requirement("003-31")
@pytest.mark.parametrize("city_audit", ["each", "sample"])
@pytest.mark.parametrize("sponsor", [Level.school, Level.union])
def test_a_direct_school_goes_to_the_city_in_both_modes(city_audit: str, sponsor: Level) -> None:
    pack = letter(city_audit=city_audit)
    assert walked(pack, "school_based", sponsor, DIRECT_SCHOOL) == SCHOOL_TO_CITY


# 五(二)：“教师参加学校组织的校本研训，由学校负责……登载学分，由县市区教育局负责审核学分”
@pytest.mark.requirement("003-21")
@pytest.mark.parametrize(
    ("city_audit", "sponsor", "steps"),
    [
        ("sample", Level.school, SCHOOL_TO_COUNTY),
        ("sample", Level.union, UNION_TO_COUNTY),
        ("each", Level.school, THREE_TIERS),
        ("each", Level.union, UNION_THREE_TIERS),
    ],
)
def test_the_city_sees_each_school_claim_or_draws_a_sample(
    city_audit: str, sponsor: Level, steps: str
) -> None:
    assert walked(letter(city_audit=city_audit), "school_based", sponsor, COUNTY_SCHOOL) == steps


# 五(二)：“教师参加国家、省、市组织的培训，由市教师培训中心负责考核、认定、登载、审核学分。”
@pytest.mark.requirement("003-01")
@pytest.mark.requirement("003-46")
@pytest.mark.parametrize("sponsor", [Level.national, Level.provincial, Level.city])
@pytest.mark.parametrize("place", PLACES)
def test_the_city_registers_and_audits_what_nation_province_and_city_sponsor(
    sponsor: Level, place: SchoolPlace
) -> None:
    steps = route(zhuzhou(), "post_training", sponsor, place)
    # Two steps of one desk: nobody acts at two steps of a claim, so two persons.
    assert [(step.tier, step.act) for step in steps] == [(Tier.city, Act.register), (Tier.city, Act.audit)]
    assert walked(each(), "post_training", sponsor, place) == BY_CITY


# 五(二)：“教师参加县市区组织的培训，由县市区教育局负责考核、认定、登载学分，市教师培训中心负责审核学分。”
@pytest.mark.requirement("003-01")
@pytest.mark.parametrize("pack", [zhuzhou(), each(), three_tier()], ids=["letter", "each", "three-tier"])
def test_the_county_registers_what_it_sponsors_and_the_city_audits(pack: Pack) -> None:
    assert walked(pack, "post_training", Level.county, COUNTY_SCHOOL) == BY_COUNTY


# 表1：名教师、专业不对口、教育技术 name the city training centre alone.
@pytest.mark.requirement("003-48")
@pytest.mark.parametrize(
    ("code", "sponsor"),
    [
        ("master", Level.national),
        ("master", Level.city),
        ("off_subject", Level.provincial),
        ("off_subject", Level.city),
        ("edtech", Level.national),
        ("edtech", Level.county),
        ("edtech", Level.self),
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_a_row_that_names_the_city_alone_wins_over_sponsor_and_school(
    code: str, sponsor: Level, place: SchoolPlace
) -> None:
    assert {walked(pack, code, sponsor, place) for pack in (zhuzhou(), each())} == {BY_CITY}


@pytest.mark.requirement("003-39")
@pytest.mark.requirement("003-41")
@pytest.mark.requirement("003-48")
@pytest.mark.parametrize("code", ["safety", "mental_health_general"])
@pytest.mark.parametrize("sponsor", list(Level))
@pytest.mark.parametrize("place", PLACES)
def test_what_earns_no_credit_is_recorded_by_the_school_and_audited_by_nobody(
    code: str, sponsor: Level, place: SchoolPlace
) -> None:
    for pack in (zhuzhou(), each()):
        steps = route(pack, code, sponsor, place)
        assert walked(pack, code, sponsor, place) == SCHOOL_ALONE
        assert tiers_for(Act.audit, steps) == ()


@pytest.mark.requirement("003-44")
@pytest.mark.requirement("003-45")
@pytest.mark.parametrize("code", ["degree", "policy_bonus"])
@pytest.mark.parametrize(
    ("teacher_made", "place", "steps"),
    [
        ("three_tier", COUNTY_SCHOOL, THREE_TIERS),
        ("three_tier", DIRECT_SCHOOL, SCHOOL_TO_CITY),
        ("letter", COUNTY_SCHOOL, BY_COUNTY),
        # A direct school has no county; the school stands where the county would.
        ("letter", DIRECT_SCHOOL, SCHOOL_TO_CITY),
    ],
)
def test_diplomas_and_bonuses_take_three_tiers_or_the_letter(
    code: str, teacher_made: str, place: SchoolPlace, steps: str
) -> None:
    for sponsor, city_audit in product(Level, ("each", "sample")):
        pack = letter(teacher_made=teacher_made, city_audit=city_audit)
        assert walked(pack, code, sponsor, place) == steps


def test_three_tiers_are_the_default_of_a_pack_that_says_nothing() -> None:
    pack = apply_overrides(zhuzhou(), {"routes": {"city_audit": None, "teacher_made": None}})
    assert walked(pack, "school_based", Level.school, COUNTY_SCHOOL) == THREE_TIERS
    assert walked(pack, "degree", Level.self, COUNTY_SCHOOL) == THREE_TIERS


@pytest.mark.parametrize("code", ["school_based", "post_training", "backbone"])
def test_external_study_takes_three_tiers_whatever_the_city_chose(code: str) -> None:
    for pack in (zhuzhou(), each(), three_tier()):
        assert walked(pack, code, Level.self, COUNTY_SCHOOL) == THREE_TIERS
        assert walked(pack, code, Level.self, DIRECT_SCHOOL) == SCHOOL_TO_CITY


# 表1“培训层次与组织机构”：“县区级以上”“市级以上”
@pytest.mark.parametrize(
    ("code", "sponsor"),
    [
        ("post_training", Level.school),
        ("post_training", Level.union),
        ("backbone", Level.school),
        ("weak_subject", Level.union),
        ("induction", Level.school),
        ("mental_health_special", Level.school),
        ("homeroom", Level.school),
        ("principal", Level.union),
        ("edtech", Level.school),
        ("master", Level.county),
        ("off_subject", Level.county),
        ("off_subject", Level.school),
    ],
)
def test_a_sponsor_below_the_organiser_of_the_row_is_refused(code: str, sponsor: Level) -> None:
    for place in PLACES:
        with pytest.raises(SponsorTooLow):
            route(zhuzhou(), code, sponsor, place)


def test_an_unknown_category_has_no_route() -> None:
    with pytest.raises(CategoryUnknown):
        route(zhuzhou(), "astronomy", Level.city, COUNTY_SCHOOL)


# “县级教师培训机构……负责辖区内中小学校校本培训考核工作”
@pytest.mark.requirement("003-01")
def test_the_registering_desk_is_the_first_of_the_route() -> None:
    assert registering_tier(zhuzhou(), "school_based", Level.school, COUNTY_SCHOOL) is Tier.school
    assert registering_tier(zhuzhou(), "school_based", Level.union, COUNTY_SCHOOL) is Tier.union
    assert registering_tier(zhuzhou(), "post_training", Level.county, DIRECT_SCHOOL) is Tier.county
    assert registering_tier(zhuzhou(), "edtech", Level.county, COUNTY_SCHOOL) is Tier.city


def test_an_application_for_the_certificate_takes_three_tiers() -> None:
    steps = [(step.tier, step.act) for step in certificate_route(COUNTY_SCHOOL)]
    assert steps == [(Tier.school, Act.register), (Tier.county, Act.review), (Tier.city, Act.audit)]
    assert [step.tier for step in certificate_route(DIRECT_SCHOOL)] == [Tier.school, Tier.city]


def test_every_route_registers_once_first_and_audits_once_last() -> None:
    packs = [
        letter(city_audit=a, teacher_made=b) for a in ("each", "sample") for b in ("three_tier", "letter")
    ]
    for pack, row, sponsor, place in product(packs, zhuzhou().categories, Level, PLACES):
        try:
            steps = route(pack, row.code, sponsor, place)
        except SponsorTooLow:
            continue
        acts = [step.act for step in steps]
        assert acts in ([Act.register], [Act.register, Act.audit], [Act.register, Act.review, Act.audit])
        assert (acts == [Act.register]) == (row.own_route == "participation")
        if place.direct:
            assert Tier.union not in [step.tier for step in steps]
            assert Act.review not in acts
