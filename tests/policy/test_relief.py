"""Exemptions (免修) and pro rata: what a person owes who was not there the whole time."""

from datetime import date
from typing import Any

import pytest

from tests.make.policy import entry, one_line, zhuzhou
from xuefen.policy.pack import Pack, apply_overrides
from xuefen.policy.requirements import Line, Person, standing

CLAUSE = "甲教〔2014〕1号 三"
HIRED = date(1995, 9, 1)


def relieving(**changes: Any) -> Pack:
    """The pack with sick and maternity leave by months, and study by whole years."""
    kinds = {"sick_leave": "months", "maternity_leave": "months", "in_study": "year"}
    exemptions: dict[str, Any] = {"transfer": None, "near_retirement": None}
    exemptions |= {kind: {"name": "免修", "relieves": how, "clause": CLAUSE} for kind, how in kinds.items()}
    return apply_overrides(zhuzhou(), {"exemptions": exemptions, **changes})


def of_post(kind: str, **row: Any) -> dict[str, Any]:
    return {
        "duty": {
            "kind": kind,
            "name": "岗位",
            "for_completion": False,
            "clause": CLAUSE,
            "post": "trainer",
            **row,
        }
    }


def away(kind: str, first: str, last: str) -> tuple[str, date, date]:
    return kind, date.fromisoformat(first), date.fromisoformat(last)


def line(
    line_id: str,
    *cases: tuple[str, date, date],
    pack: Pack | None = None,
    on: date = date(2014, 12, 31),
    **who: Any,
) -> Line:
    person = Person(**{"hired_on": HIRED, "exemptions": cases, **who})
    return one_line(standing(pack or relieving(), person, [], on), line_id)


@pytest.mark.parametrize(
    ("first", "last", "required", "note"),
    [
        ("2014-03-01", "2014-05-31", 54_00, "扣除免修3个月"),
        ("2014-03-02", "2014-05-31", 60_00, "扣除免修2个月"),
        ("2014-03-01", "2014-05-30", 60_00, "扣除免修2个月"),
        ("2013-11-01", "2014-01-31", 66_00, "扣除免修1个月"),
        ("2014-12-01", "2015-02-28", 66_00, "扣除免修1个月"),
        ("2014-03-02", "2014-03-30", 72_00, None),
        ("2013-01-01", "2013-12-31", 72_00, None),
    ],
)
def test_the_whole_months_of_a_leave_are_taken_off_the_year(
    first: str, last: str, required: int, note: str | None
) -> None:
    year = line("year", away("sick_leave", first, last))
    assert (year.required_centi, year.note, year.exempt) == (required, note, False)


def test_leaves_are_taken_together() -> None:
    sick, then_birth = (
        away("sick_leave", "2014-02-01", "2014-03-15"),
        away("maternity_leave", "2014-03-16", "2014-06-30"),
    )
    assert line("year", sick, then_birth).required_centi == 42_00
    assert line("year", then_birth, sick) == line("year", sick, then_birth)


def test_a_leave_inside_another_takes_nothing_off_twice() -> None:
    long, short = (
        away("sick_leave", "2014-02-01", "2014-06-30"),
        away("maternity_leave", "2014-03-01", "2014-03-31"),
    )
    assert line("year", long, short).required_centi == 42_00


def test_a_kind_that_the_pack_does_not_know_relieves_of_nothing() -> None:
    assert line("year", away("transfer", "2014-01-01", "2014-12-31")).required_centi == 72_00


def test_who_is_away_all_year_owes_nothing_and_is_exempt() -> None:
    year = line("year", away("sick_leave", "2013-12-15", "2015-01-10"))
    assert (year.required_centi, year.note, year.exempt) == (None, "本年度免修", True)
    assert (year.met, year.short) == (False, False)
    assert year.explanation == "年度学分：本年度免修，已计0学分（株教函〔2014〕29号 六(四)3）"


def test_months_of_service_that_are_all_exempt_leave_nothing() -> None:
    late = line("year", away("sick_leave", "2014-09-01", "2014-12-31"), hired_on=date(2014, 9, 1))
    assert (late.required_centi, late.exempt) == (None, True)


def test_hiring_and_leave_are_both_told() -> None:
    late = line("year", away("sick_leave", "2014-10-01", "2014-10-31"), hired_on=date(2014, 9, 1))
    assert (late.required_centi, late.note) == (18_00, "按本年度在职4个月折算，扣除免修1个月")


@pytest.mark.parametrize(
    ("first", "last", "exempt"),
    [
        ("2014-12-31", "2015-06-30", True),
        ("2013-06-30", "2014-01-01", True),
        ("2015-01-01", "2015-06-30", False),
        ("2013-06-30", "2013-12-31", False),
    ],
)
def test_a_case_that_relieves_of_years_takes_away_each_year_it_touches(
    first: str, last: str, exempt: bool
) -> None:
    year = line("year", away("in_study", first, last))
    assert (year.exempt, year.required_centi) == (exempt, None if exempt else 72_00)
    assert year.note == ("本年度免修" if exempt else None)


def test_of_the_cycle_it_takes_off_whole_months_alone() -> None:
    total = line("total", away("in_study", "2014-11-15", "2015-01-31"))
    assert total.required_centi == 450_00 * 82 // 84
    assert total.note == "扣除免修2个月"


def test_who_was_not_in_service_is_not_exempt() -> None:
    year = line("year", away("in_study", "2014-06-01", "2014-06-30"), hired_on=date(2014, 12, 2))
    assert (year.required_centi, year.exempt) == (None, False)
    assert year.note == "本年度在职不满一个月，不作要求"


def test_a_cycle_all_exempt_asks_for_no_award_and_no_training_either() -> None:
    pack = relieving(
        requirements={
            "exam": {
                "kind": "exam_passed",
                "name": "考试",
                "category": "edtech",
                "per": "cycle",
                "for_completion": True,
                "clause": CLAUSE,
            }
        }
    )
    case = away("sick_leave", "2009-01-01", "2015-12-31")
    for line_id in ("total", "school_based", "edtech", "exam"):
        one = line(line_id, case, pack=pack)
        assert (one.required_centi, one.note, one.exempt) == (None, "本周期免修", True)


def test_awards_and_trainings_are_owed_whole_by_who_owes_a_part() -> None:
    case = away("sick_leave", "2009-01-01", "2015-11-30")
    assert line("total", case).required_centi == 5_35
    edtech = line("edtech", case)
    assert (edtech.required_centi, edtech.note) == (80_00, None)


def test_an_exempt_year_asks_for_no_training_of_the_year() -> None:
    pack = relieving(
        requirements={
            "visits": {
                "kind": "trainings",
                "name": "观摩",
                "count": 2,
                "per": "year",
                "for_completion": False,
                "clause": CLAUSE,
            }
        }
    )
    assert line("visits", pack=pack).required_centi == 2_00
    assert line("visits", away("sick_leave", "2014-01-01", "2014-11-30"), pack=pack).required_centi == 2_00
    assert line("visits", away("in_study", "2014-05-01", "2014-05-02"), pack=pack).exempt


# `full` speaks of joining: who leaves in the middle owes the months until then.
@pytest.mark.parametrize(
    ("who", "required", "note"),
    [
        ({"hired_on": date(2011, 9, 1)}, 450_00, None),
        ({"leaves_on": date(2011, 12, 31)}, 192_85, "按在职36个月折算（周期共84个月）"),
        (
            {"hired_on": date(2011, 9, 1), "leaves_on": date(2011, 12, 31)},
            192_85,
            "按在职36个月折算（周期共84个月）",
        ),
        ({"leaves_on": date(2008, 12, 31)}, None, "本周期内在职不满一个月，不作要求"),
        ({"hired_on": date(2016, 1, 1)}, None, "本周期内尚未入职，不作要求"),
    ],
)
def test_full_takes_nothing_off_for_joining_late(
    who: dict[str, Any], required: int | None, note: str | None
) -> None:
    total = line("total", pack=relieving(joining={"late": "full"}), **who)
    assert (total.required_centi, total.note) == (required, note)


@pytest.mark.parametrize(
    ("hired_on", "required"),
    [(date(2009, 1, 1), 450_00), (date(2009, 1, 2), None), (date(2015, 12, 31), None)],
)
def test_who_joins_on_the_first_day_does_not_wait_for_the_next_cycle(
    hired_on: date, required: int | None
) -> None:
    total = line("total", pack=relieving(joining={"late": "from_next_cycle"}), hired_on=hired_on)
    assert total.required_centi == required
    assert total.note == (None if required else "周期中途入职，自下一周期起要求")


def test_who_joins_after_the_cycle_has_not_joined_it() -> None:
    assert line("total", hired_on=date(2016, 1, 1)).note == "本周期内尚未入职，不作要求"
    assert line("total", hired_on=date(2015, 12, 31)).note == "本周期内在职不满一个月，不作要求"


def test_the_year_of_a_post_is_pro_rata_and_without_months_of_leave() -> None:
    pack = relieving(requirements=of_post("year_in_post", hours=72))
    since_september = {"positions": (("trainer", date(2014, 9, 1), None),)}
    all_year = {"positions": (("trainer", date(2013, 9, 1), None),)}
    october = away("sick_leave", "2014-10-01", "2014-10-31")
    duty = line("duty", october, pack=pack, **since_september)
    assert (duty.required_centi, duty.note) == (18_00, "按本年度任职4个月折算，扣除免修1个月")
    assert line("duty", pack=pack, **all_year).note is None
    assert line("duty", october, pack=pack, **all_year).required_centi == 66_00
    relieved = line("duty", away("in_study", "2014-05-01", "2014-05-02"), pack=pack, **all_year)
    assert (relieved.required_centi, relieved.note, relieved.exempt) == (None, "本年度免修", True)
    assert line("duty", pack=pack, leaves_on=date(2014, 10, 31), **since_september).required_centi == 12_00


def test_the_average_of_a_post_is_without_months_of_leave() -> None:
    pack = relieving(requirements=of_post("average_in_post", hours=24))
    who = {"positions": (("trainer", date(2014, 1, 1), None),)}
    year = line("duty", pack=pack, **who)
    assert (year.required_centi, year.note) == (24_00, "按任职12个月、平均每年计")
    half = line("duty", away("sick_leave", "2014-07-01", "2014-12-31"), pack=pack, **who)
    assert (half.required_centi, half.note) == (12_00, "按任职12个月、平均每年计，扣除免修6个月")
    none = line("duty", away("sick_leave", "2014-01-01", "2014-12-31"), pack=pack, **who)
    assert (none.required_centi, none.note, none.exempt) == (None, "任职期间免修", True)
    new = line("duty", pack=pack, positions=(("trainer", date(2014, 12, 2), None),))
    assert (new.required_centi, new.note, new.exempt) == (None, "任职不满一个月，不作要求", False)


def test_a_person_with_an_exempt_total_does_not_complete_by_it() -> None:
    person = Person(hired_on=HIRED, exemptions=(away("sick_leave", "2009-01-01", "2015-12-31"),))
    assert not standing(relieving(), person, [entry(credits="500")], date(2014, 12, 31)).complete
