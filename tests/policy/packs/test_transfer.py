"""Who moves to a county with another pack stands under that pack, with the same credits."""

from datetime import date

from tests.make.policy import entry, one_line
from xuefen.policy.levels import Level
from xuefen.policy.pack import Pack, load_pack
from xuefen.policy.requirements import Person, Standing, standing

MILUO, COUNTY, QIANSHAN = load_pack("miluo"), load_pack("county-2011"), load_pack("qianshan")
ON = date(2014, 12, 31)
MOVED = Person(hired_on=date(2001, 9, 1), stage="primary")
EARNED = [
    entry("make_up", "30", "2014-03-10", level=Level.county),
    entry("school_based", "20", "2014-04-10", level=Level.school),
    entry("post_training", "40", "2014-05-10", level=Level.provincial),
]


def under(pack: Pack) -> Standing:
    return standing(pack, MOVED, EARNED, ON)


def test_the_same_credits_stand_under_the_new_countys_requirements() -> None:
    before, after = under(MILUO), under(COUNTY)
    assert [entry.event_on for entry in EARNED if entry.id in one_line(before, "year").shares] == [
        entry.event_on for entry in EARNED
    ]
    assert one_line(before, "year").met
    assert after.line("year") is None
    assert one_line(after, "teacher_total").shares == one_line(before, "year").shares
    assert (one_line(after, "provincial").met, one_line(after, "city_county").missing_centi) == (True, 1_00)


def test_a_category_that_the_new_county_does_not_know_counts_in_the_total_alone() -> None:
    assert COUNTY.find_category("make_up") is None
    after = under(COUNTY)
    assert after.by_category == {"make_up": 30_00, "post_training": 40_00, "school_based": 20_00}
    assert one_line(after, "teacher_total").counted_centi == 90_00
    assert after.uncounted == ()
    by_component = under(QIANSHAN)
    assert one_line(by_component, "year").counted_centi == 90_00
    # Of the three only school-based training is known there, as research.
    assert {line.id for line in by_component.lines if line.counted_centi} == {"year", "research"}


def test_the_year_is_the_new_countys_year() -> None:
    assert (under(MILUO).year.starts_on, under(QIANSHAN).year.starts_on) == (
        date(2014, 1, 1),
        date(2014, 3, 1),
    )


def test_the_hours_are_judged_in_the_unit_of_the_new_county() -> None:
    line = one_line(under(QIANSHAN), "year")
    assert (line.unit, line.converted_centi, line.met) == ("hours", 9_00, True)
