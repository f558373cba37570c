"""Whom a requirement binds, in which days, and on which entries it looks."""

from datetime import date
from typing import Any

import pytest

from tests.make.policy import edtech, entry, one_line, three_tier, zhuzhou
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import Pack, apply_overrides
from xuefen.policy.requirements import Entry, Line, Person, Standing, standing

CLAUSE = "甲教〔2014〕1号 三"
HIRED = date(1995, 9, 1)
ON = date(2014, 12, 31)


def asking(kind: str, pack: Pack | None = None, **row: Any) -> Pack:
    """The pack with one requirement more, `asked`; its cycle comes again and again if `cycle` says so."""
    cycle = row.pop("cycle", {})
    asked = {"kind": kind, "name": "一项要求", "for_completion": False, "clause": CLAUSE, **row}
    return apply_overrides(pack or zhuzhou(), {"requirements": {"asked": asked}, "cycle": cycle})


def stands(pack: Pack, entries: list[Entry] | None = None, on: date = ON, **who: Any) -> Standing:
    return standing(pack, Person(**{"hired_on": HIRED, **who}), entries or [], on)


def line(pack: Pack, entries: list[Entry] | None = None, on: date = ON, **who: Any) -> Line:
    return one_line(stands(pack, entries, on, **who), "asked")


def posts(*held: tuple[str, str, str | None]) -> tuple[tuple[str, date, date | None], ...]:
    day = date.fromisoformat
    return tuple((code, day(first), day(last) if last else None) for code, first, last in held)


@pytest.mark.parametrize(
    ("binds", "who", "bound"),
    [
        ({"posts": ["cadre"]}, {}, False),
        ({"posts": ["cadre"]}, {"positions": posts(("cadre", "2014-12-31", None))}, True),
        ({"posts": ["cadre"]}, {"positions": posts(("cadre", "2015-01-01", None))}, False),
        ({"posts": ["cadre", "principal"]}, {"positions": posts(("principal", "2010-01-01", None))}, True),
        ({"except_posts": ["cadre"]}, {}, True),
        ({"except_posts": ["cadre"]}, {"positions": posts(("cadre", "2014-12-31", None))}, False),
        ({"stages": ["primary"]}, {"stage": "primary"}, True),
        ({"stages": ["primary"]}, {"stage": "junior"}, False),
        ({"service_years": 1}, {"hired_on": date(2013, 1, 1)}, True),
        ({"service_years": 1}, {"hired_on": date(2013, 1, 2)}, False),
        ({"service_years": 2}, {"hired_on": date(2012, 2, 29)}, False),
        ({"service_years": 1}, {"hired_on": None}, True),
        ({"service_years": 1, "stages": ["primary"]}, {"stage": "junior"}, False),
        ({"service_years": 1, "stages": ["primary"]}, {"stage": "primary", "hired_on": None}, True),
    ],
)
def test_a_requirement_binds_whom_it_names(binds: dict[str, Any], who: dict[str, Any], bound: bool) -> None:
    pack = asking("category_per_year", category="homeroom", hours=1, binds=binds)
    assert (stands(pack, **who).line("asked") is not None) == bound


def test_the_average_counts_the_months_of_every_holding_within_the_cycle() -> None:
    pack = asking("average_in_post", hours=24, post="homeroom", category="homeroom")
    first, second = ("homeroom", "2011-09-01", "2012-08-31"), ("homeroom", "2014-07-01", None)
    before, during, between = (
        entry("homeroom", "9", on) for on in ("2011-08-31", "2011-09-01", "2013-05-05")
    )
    asked = line(pack, [before, during, between], positions=posts(first, second))
    assert (asked.required_centi, asked.counted_centi) == (36_00, 18_00)
    assert (asked.starts_on, asked.deadline) == (date(2011, 9, 1), date(2015, 12, 31))
    assert asked == line(pack, [before, during, between], positions=posts(second, first))


def test_two_holdings_of_one_post_at_a_time_are_one() -> None:
    pack = asking("average_in_post", hours=24, post="homeroom")
    inner, outer = ("homeroom", "2014-03-01", "2014-12-31"), ("homeroom", "2014-01-01", None)
    for held in ((inner, outer), (outer, inner)):
        assert line(pack, positions=posts(*held)).required_centi == 24_00


def test_a_month_shared_by_two_holdings_is_a_month_in_the_post() -> None:
    pack = asking("average_in_post", hours=24, post="homeroom")
    held = posts(("homeroom", "2014-01-01", "2014-06-15"), ("homeroom", "2014-06-16", None))
    assert line(pack, positions=held).required_centi == 24_00


@pytest.mark.parametrize(
    ("on", "required"), [("2013-02-27", 34_00), ("2013-02-28", 36_00), ("2013-03-01", 36_00)]
)
def test_the_average_is_owed_for_the_whole_months_so_far(on: str, required: int) -> None:
    pack = asking("average_in_post", hours=24, post="homeroom")
    asked = line(pack, on=date.fromisoformat(on), positions=posts(("homeroom", "2011-09-01", None)))
    assert asked.required_centi == required


def test_the_average_looks_at_the_post_within_the_cycle() -> None:
    pack = asking("average_in_post", hours=24, post="homeroom")
    asked = line(pack, on=date(2009, 12, 31), positions=posts(("homeroom", "2005-09-01", "2010-08-31")))
    assert (asked.required_centi, asked.starts_on, asked.deadline) == (
        24_00,
        date(2009, 1, 1),
        date(2010, 8, 31),
    )


def test_the_year_of_a_post_takes_the_credits_of_its_days() -> None:
    pack = asking("year_in_post", credits=72, post="trainer")
    before, first, last, after = (
        entry(on=on) for on in ("2014-02-28", "2014-03-01", "2014-12-31", "2015-01-01")
    )
    asked = line(pack, [before, first, last, after], positions=posts(("trainer", "2014-03-01", None)))
    assert (asked.required_centi, asked.entry_ids) == (60_00, (first.id, last.id))
    assert (asked.starts_on, asked.deadline) == (date(2014, 3, 1), date(2014, 12, 31))
    assert asked.period_label == "2014-03-01至2014-12-31"


def test_the_year_of_a_post_adds_its_holdings_up() -> None:
    pack = asking("year_in_post", credits=72, post="trainer")
    held = posts(("trainer", "2014-01-01", "2014-02-28"), ("trainer", "2014-10-01", "2015-06-30"))
    asked = line(pack, positions=held)
    assert (asked.required_centi, asked.note) == (30_00, "按本年度任职5个月折算")


def test_a_duty_of_a_post_binds_who_holds_it_on_the_day() -> None:
    held = posts(("trainer", "2014-01-01", "2014-12-30"))
    for kind, row in (
        ("year_in_post", {"hours": 72}),
        ("average_in_post", {"hours": 24}),
        ("trainings_in_post", {"count": 1, "category": "post_training"}),
        ("hours_in_post", {"hours": 30, "years": 5, "category": "homeroom"}),
    ):
        pack = asking(kind, post="trainer", **row)
        assert stands(pack, positions=held).line("asked") is None
        assert stands(pack, on=date(2014, 12, 30), positions=held).line("asked") is not None


# 暂缓注册 may reach over the end of a cycle; the make-up done before it is not lost.
def test_trainings_of_a_state_count_from_its_first_day_whatever_the_cycle() -> None:
    pack = asking("trainings_in_post", three_tier(), count=2, post="deferred", category="post_training")
    before, done, other = entry(on="2025-10-31"), entry(on="2025-11-01"), entry("backbone", on="2026-02-01")
    asked = line(
        pack,
        [before, done, other],
        date(2026, 3, 1),
        positions=posts(("deferred", "2025-11-01", "2026-06-30")),
    )
    assert (asked.required_centi, asked.counted_centi, asked.entry_ids) == (2_00, 1_00, (done.id,))
    assert (asked.starts_on, asked.deadline) == (date(2025, 11, 1), date(2026, 6, 30))
    open_end = line(pack, [], date(2026, 3, 1), positions=posts(("deferred", "2025-11-01", None)))
    assert open_end.deadline == date(2030, 12, 31)


@pytest.mark.parametrize(
    ("hired_on", "on", "deadline"),
    [
        (date(2008, 1, 1), date(2009, 1, 1), None),
        (date(2008, 1, 2), date(2009, 1, 1), date(2009, 1, 1)),
        (date(2009, 1, 1), date(2015, 12, 31), date(2009, 12, 31)),
        (date(2012, 2, 29), date(2012, 6, 1), date(2013, 2, 28)),
        (date(2015, 12, 31), date(2015, 1, 1), date(2016, 12, 30)),
        (date(2016, 1, 1), date(2015, 12, 31), None),
    ],
)
def test_a_novice_is_new_in_the_cycles_that_the_first_year_touches(
    hired_on: date, on: date, deadline: date | None
) -> None:
    induction = stands(zhuzhou(), on=on, hired_on=hired_on).line("induction")
    assert (induction and induction.deadline) == deadline


@pytest.mark.parametrize(
    ("hired_on", "deadline"),
    [
        (date(2008, 12, 31), None),
        (date(2009, 1, 1), date(2008, 12, 31)),
        (date(2014, 9, 1), date(2014, 8, 31)),
        (date(2015, 12, 31), date(2015, 12, 30)),
    ],
)
def test_training_before_the_start_ends_the_day_before(hired_on: date, deadline: date | None) -> None:
    pack = asking("hours_of_newcomer", category="induction", hours=120, window="before_start")
    asked = stands(pack, hired_on=hired_on).line("asked")
    assert (asked and asked.deadline) == deadline
    if asked is not None:
        assert (asked.starts_on, asked.period_label) == (None, f"截至{deadline}")


def test_hours_before_the_start_count_for_a_newcomer_and_those_after_the_window_do_not() -> None:
    pack = asking("hours_of_newcomer", category="induction", hours=120, window="before_start")
    long_ago, eve, day = (entry("induction", on=on) for on in ("2001-01-01", "2014-08-31", "2014-09-01"))
    assert line(pack, [long_ago, eve, day], hired_on=date(2014, 9, 1)).entry_ids == (long_ago.id, eve.id)


def test_who_was_principal_before_is_designate_anew_until_the_cycle_ends() -> None:
    held = posts(("principal", "2001-09-01", "2005-08-31"), ("principal_designate", "2014-03-01", None))
    designate = one_line(stands(zhuzhou(), positions=held), "principal_qualification")
    assert (designate.deadline, designate.starts_on) == (date(2015, 12, 31), None)


def test_who_is_designate_and_holds_the_post_already_is_held_to_the_post() -> None:
    held = posts(("principal", "2013-09-01", None), ("principal_designate", "2013-03-01", None))
    assert one_line(stands(zhuzhou(), positions=held), "principal_qualification").deadline == date(
        2014, 8, 31
    )


def test_a_post_without_designates_asks_nothing_of_them() -> None:
    pack = asking("hours_of_newcomer", category="principal", hours=300, post="cadre")
    assert stands(pack, positions=posts(("principal_designate", "2014-03-01", None))).line("asked") is None


def test_spans_of_a_post_go_on_from_its_first_day() -> None:
    held = posts(("homeroom", "2011-09-01", "2012-08-31"), ("homeroom", "2014-09-01", None))
    homeroom = one_line(stands(zhuzhou(), positions=held), "homeroom")
    assert (homeroom.starts_on, homeroom.deadline) == (date(2011, 9, 1), date(2016, 8, 31))
    assert homeroom.period_label == "2011-09-01至2016-08-31"


def test_a_training_counts_once_at_its_level() -> None:
    rows = {
        name: {
            "kind": "trainings",
            "name": name,
            "count": count,
            "per": "cycle",
            "levels": levels,
            "for_completion": True,
            "clause": CLAUSE,
        }
        for name, count, levels in (("high", 1, ["national", "provincial"]), ("low", 2, ["city", "county"]))
    }
    pack = apply_overrides(zhuzhou(), {"requirements": rows})
    ledger = [entry(level=level) for level in (Level.provincial, Level.city, Level.school)]
    result = stands(pack, ledger)
    high, low = one_line(result, "high"), one_line(result, "low")
    assert (high.unit, high.counted_centi, high.met) == ("times", 1_00, True)
    assert (low.counted_centi, low.missing_centi, low.met) == (1_00, 1_00, False)
    assert low.explanation == (
        "low：2009–2015年周期须满2次，已计1次，还差1，最迟2015-12-31（甲教〔2014〕1号 三）"
    )


def test_trainings_of_a_category_count_that_category_alone_and_in_their_year() -> None:
    pack = asking("trainings", count=1, per="year", category="backbone")
    ledger = [entry("backbone", on="2013-06-01"), entry("post_training", on="2014-06-01")]
    assert line(pack, ledger).counted_centi == 0
    assert line(pack, ledger).category == "backbone"
    assert line(pack, [*ledger, entry("backbone", on="2014-06-01")]).met


def test_trainings_of_a_component_count_every_category_of_it() -> None:
    parts = {code: {"component": "research"} for code in ("post_training", "backbone")}
    pack = apply_overrides(zhuzhou(), {"categories": parts})
    pack = asking("trainings", pack, count=3, per="year", component="research")
    ledger = [entry(code, on="2014-06-01") for code in ("backbone", "post_training", "homeroom")]
    asked = line(pack, ledger)
    assert (asked.counted_centi, asked.category) == (2_00, None)


def test_an_exam_is_passed_once_in_the_cycle_or_the_year() -> None:
    in_cycle = asking("exam_passed", category="edtech", per="cycle")
    in_year = asking("exam_passed", category="edtech", per="year")
    failed, passed = edtech("2012-05-10", exam_passed=False), edtech("2013-05-10")
    assert line(in_cycle, [failed]).counted_centi == 0
    asked = line(in_cycle, [failed, passed])
    assert (asked.required_centi, asked.counted_centi, asked.met) == (1_00, 1_00, True)
    assert not line(in_year, [failed, passed]).met
    assert line(in_year, [failed, passed], date(2013, 6, 1)).met
    assert not line(in_cycle, [entry("post_training", exam_passed=True)]).met


def test_a_mode_is_asked_of_the_entry_where_the_row_names_one() -> None:
    pack = asking("hours_of_newcomer", category="induction", hours=30, mode="school_based")
    ledger = [
        entry("induction", mode=mode) for mode in (None, DeliveryMode.onsite, DeliveryMode.school_based)
    ]
    asked = line(pack, ledger, hired_on=date(2014, 1, 1))
    assert (asked.entry_ids, asked.mode) == ((ledger[2].id,), DeliveryMode.school_based)
