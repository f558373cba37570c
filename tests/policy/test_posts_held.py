"""Posts held at the edges of days, years and spans."""

from datetime import date

import pytest

from tests.make.policy import entry, one_line, zhuzhou
from tests.policy.test_demands import HIRED, asking, line, posts
from xuefen.policy.requirements import Person, standing


@pytest.mark.parametrize("kind", ["year_in_post", "average_in_post"])
def test_a_duty_of_a_post_may_ask_for_one_category(kind: str) -> None:
    ledger = [entry("homeroom", "7"), entry("backbone", "9")]
    held = posts(("trainer", "2014-01-01", None))
    of_one = line(asking(kind, post="trainer", hours=24, category="homeroom"), ledger, positions=held)
    of_all = line(asking(kind, post="trainer", hours=24), ledger, positions=held)
    assert (of_one.counted_centi, of_one.category) == (7_00, "homeroom")
    assert (of_all.counted_centi, of_all.category) == (16_00, None)


def test_a_post_binds_from_its_first_day_to_its_last() -> None:
    pack = asking("trainings_in_post", count=1, post="deferred", category="post_training")
    for first, last in (("2014-12-31", "2015-03-01"), ("2014-03-01", "2014-12-31")):
        asked = line(pack, positions=posts(("deferred", first, last)))
        assert (str(asked.starts_on), str(asked.deadline)) == (first, last)


@pytest.mark.parametrize(
    ("on", "held", "period"),
    [
        ("2014-12-31", [("2014-12-31", None)], "2014-12-31至2014-12-31"),
        ("2014-01-01", [("2013-05-01", "2014-01-01")], "2014-01-01至2014-01-01"),
        (
            "2014-06-01",
            [("2013-05-01", "2013-12-31"), ("2014-05-01", "2015-01-31")],
            "2014-05-01至2014-12-31",
        ),
        ("2014-06-01", [("2014-05-01", "2014-11-30"), ("2015-01-01", None)], "2014-05-01至2014-11-30"),
        (
            "2014-06-01",
            [("2014-01-01", "2014-01-01"), ("2014-06-01", "2014-06-30")],
            "2014-01-01至2014-06-30",
        ),
        ("2014-06-01", [("2014-06-01", "2014-06-30"), ("2014-12-31", None)], "2014-06-01至2014-12-31"),
        (
            "2014-06-01",
            [("2013-01-01", "2014-01-01"), ("2014-06-01", "2014-06-30")],
            "2014-01-01至2014-06-30",
        ),
    ],
)
def test_the_days_of_a_post_are_those_of_its_year(
    on: str, held: list[tuple[str, str | None]], period: str
) -> None:
    pack = asking("year_in_post", credits=72, post="trainer")
    asked = line(pack, on=date.fromisoformat(on), positions=posts(*(("trainer", *days) for days in held)))
    assert asked.period_label == period


@pytest.mark.parametrize(
    ("on", "span"),
    [
        ("2014-08-31", "2009-09-01至2014-08-31"),
        ("2014-09-01", "2014-09-01至2019-08-31"),
        ("2024-09-01", "2024-09-01至2029-08-31"),
    ],
)
def test_spans_follow_each_other_without_end(on: str, span: str) -> None:
    pack = asking("credits_in_post", credits=90, post="cadre", years=5, cycle={"repeats": True})
    asked = line(pack, on=date.fromisoformat(on), positions=posts(("cadre", "2004-09-01", None)))
    assert asked.period_label == span


def test_a_span_in_hours_counts_hours_and_one_in_credits_credits() -> None:
    person = Person(
        HIRED, positions=posts(("homeroom", "2014-01-01", None), ("principal", "2014-01-01", None))
    )
    result = standing(zhuzhou(), person, [entry("homeroom", "3", hours="9")], date(2014, 12, 31))
    homeroom, serving = one_line(result, "homeroom"), one_line(result, "principal_serving")
    assert (homeroom.unit, homeroom.counted_centi) == ("hours", 9_00)
    assert (serving.unit, serving.counted_centi) == ("credits", 3_00)


def test_a_training_that_does_not_count_is_no_training() -> None:
    pack = asking("trainings", count=1, per="year", category="safety")
    assert line(pack, [entry("safety", "0", hours="4")]).counted_centi == 0
