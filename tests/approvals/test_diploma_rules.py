"""Which diploma may earn an award: tables of cases on values."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.make.approvals import CYCLE
from tests.make.policy import zhuzhou
from xuefen.approvals import diplomas
from xuefen.approvals.diplomas import Diploma, Graduate
from xuefen.core.errors import DomainError
from xuefen.core.settings import settings as current_settings
from xuefen.people.degrees import Degree, is_above
from xuefen.policy.pack import Pack, apply_overrides

TODAY = date(2026, 3, 2)
ISSUED = date(2025, 12, 30)
BACHELOR = Diploma("1053 0520 2512 0001 23", Degree.bachelor, ISSUED)
GRADUATE = Graduate(hired_on=date(2010, 9, 1), left_on=None, degree=None, claimed={})


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The key under which numbers are hashed."""
    monkeypatch.setenv("XUEFEN_ENVIRONMENT", "test")
    current_settings.cache_clear()
    yield
    current_settings.cache_clear()


@pytest.fixture(scope="module")
def pack() -> Pack:
    return apply_overrides(zhuzhou(), CYCLE)


def refused(pack: Pack, diploma: Diploma, graduate: Graduate, on: date = TODAY) -> str | None:
    try:
        diplomas.refuse_unearned(pack, diploma, graduate, on, "/diploma")
    except DomainError as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("issued_on", "known", "code"),
    [
        (ISSUED, {}, None),
        (date(2010, 9, 1), {"hired_on": date(2010, 9, 2)}, "diploma_before_service"),
        (date(2022, 6, 30), {"hired_on": date(2022, 6, 30)}, None),
        (date(2025, 7, 2), {"left_on": date(2025, 7, 1)}, "diploma_before_service"),
        (date(2019, 12, 31), {}, "diploma_outside_cycle"),
        (date(2020, 1, 1), {}, None),
        (ISSUED, {"degree": Degree.associate}, None),
        (ISSUED, {"degree": Degree.bachelor}, "degree_not_higher"),
        (ISSUED, {"degree": Degree.master}, "degree_not_higher"),
        (ISSUED, {"claimed": {"another": Degree.bachelor}}, "degree_not_higher"),
    ],
)
@pytest.mark.requirement("003-44")
def test_a_diploma_is_earned_in_service_in_the_cycle_and_above_what_was_held(
    pack: Pack, issued_on: date, known: Mapping[str, Any], code: str | None
):
    assert refused(pack, replace(BACHELOR, issued_on=issued_on), replace(GRADUATE, **known)) == code


def test_what_the_very_diploma_has_earned_is_no_reason_against_a_retry(pack: Pack):
    claimed = {BACHELOR.key: Degree.bachelor}
    assert refused(pack, BACHELOR, replace(GRADUATE, degree=Degree.bachelor, claimed=claimed)) is None


@pytest.mark.parametrize(
    ("on", "code"), [(date(2027, 1, 29), None), (date(2027, 1, 30), "diploma_outside_cycle")]
)
def test_the_cycle_that_has_just_ended_stays_open_for_registration(pack: Pack, on: date, code: str | None):
    assert refused(pack, replace(BACHELOR, issued_on=date(2026, 12, 30)), GRADUATE, on) == code


@pytest.mark.requirement("003-07", "000-09")
def test_the_age_up_to_which_it_is_encouraged_bars_nobody(pack: Pack):
    category = pack.find_category("degree")
    assert category is not None
    assert category.encouraged_until_age == 45
    assert refused(pack, BACHELOR, replace(GRADUATE, hired_on=date(1984, 9, 1))) is None


@pytest.mark.parametrize(
    "spelling", ["105305202512000123", "１０５３０５２０２５１２０００１２３", "1053-0520-2512-0001-23"]
)
def test_one_number_is_one_number_however_it_is_written(spelling: str):
    assert replace(BACHELOR, number=spelling).key == BACHELOR.key
    assert BACHELOR.number not in BACHELOR.key


def test_another_number_is_another_diploma():
    assert replace(BACHELOR, number="105305202512000124").key != BACHELOR.key


def test_degrees_stand_in_their_order():
    assert [(one, other) for one in Degree for other in Degree if is_above(one, other)] == [
        (Degree.bachelor, Degree.associate),
        (Degree.master, Degree.associate),
        (Degree.master, Degree.bachelor),
    ]
    assert diplomas.highest([None, Degree.bachelor, Degree.associate]) is Degree.bachelor
    assert diplomas.highest([None]) is None
