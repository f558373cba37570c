"""Who joins or leaves in the middle owes the share of the months in service."""

from datetime import date

import pytest

from tests.make.policy import entry, one_line, zhuzhou
from xuefen.policy.pack import apply_overrides
from xuefen.policy.requirements import Line, Person, standing

ON = date(2015, 12, 31)


def line_of(person: Person, line_id: str, on: date = ON) -> Line:
    return one_line(standing(zhuzhou(), person, [], on), line_id)


# The notice is silent on joining late. Our reading: months in service ÷ months of the cycle, floored to
# hundredths; fixed awards are never pro-rated.
@pytest.mark.parametrize(
    ("hired_on", "total", "school_based", "months"),
    [
        (date(2008, 9, 1), 450_00, 120_00, 84),
        (date(2009, 1, 1), 450_00, 120_00, 84),
        (date(2011, 9, 1), 278_57, 74_28, 52),
        (date(2011, 9, 2), 273_21, 72_85, 51),
        (date(2015, 12, 1), 5_35, 1_42, 1),
    ],
)
def test_who_joins_late_owes_the_share_of_the_months_in_service(
    hired_on: date, total: int, school_based: int, months: int
) -> None:
    result = standing(zhuzhou(), Person(hired_on=hired_on), [], ON)
    assert one_line(result, "total").required_centi == total == 450_00 * months // 84
    assert one_line(result, "school_based").required_centi == school_based
    assert one_line(result, "edtech").required_centi == 80_00


def test_the_share_is_explained() -> None:
    assert line_of(Person(hired_on=date(2011, 9, 1)), "total").explanation == (
        "周期总学分：2009–2015年周期须满278.57学分，按在职52个月折算（周期共84个月），"
        "已计0学分，还差278.57，最迟2015-12-31（株教函〔2014〕29号 五(三)1）"
    )


@pytest.mark.parametrize(
    ("late", "required"), [("full", 450_00), ("pro_rata", 278_57), ("from_next_cycle", None)]
)
def test_a_policy_chooses_what_late_joiners_owe(late: str, required: int | None) -> None:
    pack = apply_overrides(zhuzhou(), {"joining": {"late": late}})
    result = standing(pack, Person(hired_on=date(2011, 9, 1)), [], ON)
    assert one_line(result, "total").required_centi == required


def test_a_line_that_does_not_bind_is_neither_met_nor_short() -> None:
    pack = apply_overrides(zhuzhou(), {"joining": {"late": "from_next_cycle"}})
    result = standing(pack, Person(hired_on=date(2011, 9, 1)), [entry(credits="300")], ON)
    for line_id in ("total", "school_based", "edtech"):
        one = one_line(result, line_id)
        assert (one.required_centi, one.met, one.short, one.missing_centi) == (None, False, False, 0)
    assert not result.complete
    assert "自下一周期起要求" in one_line(result, "total").explanation


@pytest.mark.parametrize(
    ("person", "required"),
    [
        (Person(hired_on=date(2014, 9, 1)), 24_00),
        (Person(hired_on=date(2014, 9, 2)), 18_00),
        (Person(hired_on=date(2014, 1, 1)), 72_00),
        (Person(hired_on=date(2014, 12, 2)), None),
        (Person(hired_on=date(2015, 3, 1)), None),
        (Person(hired_on=date(1975, 9, 1), leaves_on=date(2014, 6, 30)), 36_00),
        (Person(hired_on=date(1975, 9, 1), leaves_on=date(2014, 6, 15)), 30_00),
        (Person(hired_on=date(2014, 3, 1), leaves_on=date(2014, 8, 31)), 36_00),
        (Person(), 72_00),
    ],
)
def test_in_the_year_of_hiring_or_leaving_the_yearly_line_is_pro_rata_by_month(
    person: Person, required: int | None
) -> None:
    assert line_of(person, "year", date(2014, 12, 31)).required_centi == required
