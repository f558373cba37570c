"""Guessing, sessions and reach, as tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest

from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.roles import Role
from xuefen.people import rules
from xuefen.people.rules import ATTEMPTS, GRACE, WINDOW, Link, Renewal

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("attempts", "age", "wait"),
    [
        (1, timedelta(), None),
        (ATTEMPTS, timedelta(), None),
        (ATTEMPTS + 1, timedelta(), WINDOW),
        (ATTEMPTS + 1, timedelta(minutes=5), timedelta(minutes=10)),
        (ATTEMPTS + 500, WINDOW - SECOND, SECOND),
        (ATTEMPTS + 1, WINDOW + SECOND, SECOND),
    ],
)
def test_the_eleventh_attempt_waits_a_quarter_of_an_hour_from_the_tenth(attempts, age, wait) -> None:
    assert rules.wait_after(attempts, NOW - age, NOW) == wait


@pytest.mark.parametrize(
    ("link", "earns"),
    [
        (Link(LATER, None, None, False), Renewal.advance),
        (Link(LATER, None, NOW - GRACE, False), Renewal.repeat),
        (Link(LATER, None, NOW - GRACE - SECOND, False), Renewal.reuse),
        (Link(LATER, None, NOW - SECOND, True), Renewal.reuse),
        (Link(LATER, NOW, None, False), Renewal.ended),
        (Link(LATER, NOW, NOW - SECOND, False), Renewal.ended),
        (Link(NOW, None, None, False), Renewal.ended),
    ],
)
def test_a_link_is_used_once_and_repeated_only_within_the_grace(link: Link, earns: Renewal) -> None:
    assert rules.renewal(link, NOW) is earns


NORTH, SOUTH = "430200/430221/", "430200/430204/"
ADMIN, CLERK = Role.administrator, Role.school_clerk


@pytest.mark.parametrize(
    ("reach", "places", "roles", "capacity"),
    [
        ({ADMIN: [NORTH]}, [NORTH + "S01/"], [Role.teacher], ADMIN),
        ({ADMIN: [NORTH]}, [NORTH, NORTH + "S01/"], [Role.county_reviewer, Role.teacher], ADMIN),
        ({ADMIN: [NORTH]}, ["430200/"], [Role.city_auditor], None),
        ({ADMIN: [NORTH]}, [NORTH + "S01/", "430200/"], [Role.teacher, Role.city_auditor], None),
        ({ADMIN: [NORTH]}, [NORTH + "S01/", SOUTH + "S04/"], [Role.teacher], None),
        ({ADMIN: [NORTH, SOUTH]}, [NORTH + "S01/", SOUTH + "S04/"], [Role.teacher], ADMIN),
        ({CLERK: [NORTH + "S01/"]}, [NORTH + "S01/"], [Role.teacher], CLERK),
        ({CLERK: [NORTH + "S01/"]}, [NORTH + "S01/"], [Role.teacher, CLERK], None),
        ({CLERK: [NORTH + "S01/"]}, [NORTH + "S02/"], [Role.teacher], None),
        ({CLERK: [NORTH]}, [NORTH + "S01/"], [Role.county_reviewer], None),
        ({CLERK: [NORTH + "S01/"], ADMIN: [NORTH]}, [NORTH + "S01/"], [Role.teacher], ADMIN),
        ({}, [NORTH], [], None),
    ],
)
def test_an_account_is_managed_by_whoever_stands_above_all_that_it_may_do(
    reach, places, roles, capacity
) -> None:
    if capacity is not None:
        assert rules.capacity_to_manage(reach, places, roles) is capacity
        return
    with pytest.raises(rules.BeyondReach):
        rules.capacity_to_manage(reach, places, roles)


@pytest.mark.requirement("003-01", "000-12")
@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.teacher, {"city", "county", "union", "school", "provider"}),
        (Role.school_clerk, {"school", "union", "provider"}),
        (Role.county_reviewer, {"county"}),
        (Role.city_auditor, {"city"}),
        (Role.provider_staff, {"provider"}),
        (Role.teacher_office, {"city"}),
        (Role.finance, {"city"}),
        (Role.supervisor, {"city", "county"}),
        (Role.administrator, {"city", "county", "union", "school"}),
    ],
)
def test_a_role_exists_where_its_work_is_done(role: Role, kinds: set[str]) -> None:
    for kind in OrganisationKind:
        if kind in kinds:
            rules.refuse_misplaced(role, kind)
            continue
        with pytest.raises(rules.RoleMisplaced):
            rules.refuse_misplaced(role, kind)
