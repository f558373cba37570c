"""The planner against all combinations, and what it says of gaps that nothing closes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY, edtech, entry, zhuzhou
from xuefen.policy import choosing
from xuefen.policy.planning import WHY_TITLES, Hindrance, Offer, Plan, Why, plan
from xuefen.policy.requirements import Entry, Person, Standing, standing

ON = date(2014, 3, 1)
FIRST = date(2014, 6, 2)
HOMEROOM = Person(date(1995, 9, 1), positions=(("homeroom", date(2012, 9, 1), None),))
NEARLY = [entry(credits="420", on="2013-05-01"), entry(credits="62", on="2014-02-01"), edtech("2012-05-01")]
"""A ledger that lacks 10 of this year's 72 and all 120 of school-based training."""


def stands(ledger: Sequence[Entry], pending: Sequence[Entry] = (), person: Person | None = None) -> Standing:
    return standing(zhuzhou(), person or Person(date(1995, 9, 1)), ledger, ON, pending)


def offer(
    credits: str = "10",
    *,
    days: int = 1,
    first: date = FIRST,
    category: str = "post_training",
    program: str | None = None,
    hour: int = 9,
    hindrance: Hindrance | None = None,
    id: str | None = None,
) -> Offer:
    """A course that meets for three hours on each of so many days, and ends on the last."""
    met = [first + timedelta(days=number) for number in range(days)]
    starts = [datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for day in met]
    worth = entry(category, credits, str(met[-1] if met else first), id=id, exam_passed=True)
    return Offer(
        program=program or f"program of {worth.id}",
        entry=worth,
        days=frozenset(met),
        meetings=tuple((begin, begin + timedelta(hours=3)) for begin in starts),
        hindrance=hindrance,
    )


def planned(offers: Sequence[Offer], ledger: Sequence[Entry] = NEARLY, person: Person | None = None) -> Plan:
    return plan(zhuzhou(), stands(ledger, person=person), offers)


def why(result: Plan, line: str) -> Why | None:
    [gap] = [gap for gap in result.gaps if gap.line.id == line]
    assert gap.closable == (gap.why is None)
    return gap.why


def ids(result: Plan) -> list[object]:
    return [course.offer.id for course in result.courses]


def test_the_course_with_the_fewest_days_is_chosen() -> None:
    short, long = offer("10", days=1, id="short"), offer("10", days=3, id="long")
    result = planned([long, short])
    assert ids(result) == ["short"]
    assert (result.days, result.exact) == (1, True)
    assert dict(result.courses[0].adds) == {"year": 1000}


def test_a_course_online_without_sessions_costs_no_day() -> None:
    result = planned([offer("10", id="onsite"), offer("6", days=0, id="a"), offer("6", days=0, id="b")])
    assert (ids(result), result.days) == (["a", "b"], 0)


def test_two_courses_on_one_day_cost_one_day() -> None:
    morning, afternoon = offer("5", hour=1, id="am"), offer("5", hour=6, id="pm")
    result = planned([morning, afternoon, offer("10", days=2, id="both")])
    assert (ids(result), result.days) == (["am", "pm"], 1)


def test_courses_that_meet_at_once_are_not_chosen_together() -> None:
    result = planned([offer("5", id="a"), offer("5", id="b")])
    assert (ids(result), why(result, "year")) == ([], Why.clash)


def test_two_runs_of_one_program_are_not_chosen_together() -> None:
    first = offer("5", program="p")
    second = offer("5", program="p", first=FIRST + timedelta(days=20))
    assert planned([first, second]).courses == ()


@pytest.mark.requirement("002-12")
def test_one_course_may_close_two_gaps_and_two_courses_one() -> None:
    lecture, class_of_homeroom = offer("10", id="lecture"), offer("15", category="homeroom", id="h1")
    more = offer("15", category="homeroom", id="h2", first=FIRST + timedelta(days=1))
    result = planned([lecture, class_of_homeroom, more], person=HOMEROOM)
    assert ids(result) == ["h1", "h2"]
    assert [dict(course.adds) for course in result.courses] == [
        {"year": 1500, "homeroom": 1500},
        {"year": 1500, "homeroom": 1500},
    ]
    gaps = {gap.line.id: (gap.missing_centi, gap.planned_centi, gap.left_centi) for gap in result.gaps}
    assert gaps["year"] == (1000, 3000, 0)
    assert gaps["homeroom"] == (3000, 3000, 0)


def test_what_is_pending_is_not_planned_for_again() -> None:
    pending = [entry(credits="10", on="2014-02-20")]
    result = plan(zhuzhou(), stands(NEARLY, pending), [offer("10")])
    assert "year" not in {gap.line.id for gap in result.gaps}
    assert result.courses == ()


@pytest.mark.parametrize(
    ("offers", "reason"),
    [
        ([], Why.none_open),
        ([offer("10", first=date(2015, 1, 1))], Why.after_deadline),
        ([offer("10", hindrance=Hindrance.not_eligible)], Why.not_eligible),
        ([offer("10", hindrance=Hindrance.full), offer("9", hindrance=Hindrance.not_eligible)], Why.full),
        ([offer("10", hindrance=Hindrance.clash)], Why.clash),
        ([offer("10", hindrance=Hindrance.opens_later)], Why.opens_later),
        ([offer("9.99")], Why.not_enough),
        ([offer("9.99"), offer("10", hindrance=Hindrance.full)], Why.not_enough),
    ],
)
def test_a_gap_that_nothing_closes_says_why(offers: list[Offer], reason: Why) -> None:
    result = planned(offers)
    [gap] = [gap for gap in result.gaps if gap.line.id == "year"]
    assert (gap.closable, gap.why, gap.missing_centi, gap.left_centi) == (False, reason, 1000, 1000)
    assert gap.most_centi == (999 if reason is Why.not_enough else 0)
    assert result.courses == ()
    assert WHY_TITLES[reason]


def test_the_last_day_of_the_deadline_is_in_time() -> None:
    assert why(planned([offer("10", first=date(2014, 12, 31))]), "year") is None


def test_a_full_term_makes_no_course_of_its_category_count() -> None:
    ledger = [*NEARLY, entry("school_based", "12", "2014-02-20")]
    result = planned([offer("5", category="school_based")], ledger)
    assert why(result, "school_based") is Why.not_counted


def test_courses_over_the_cap_of_a_term_count_as_far_as_it_goes() -> None:
    courses = [
        offer("8", category="school_based", id="a"),
        offer("8", category="school_based", id="b", first=FIRST + timedelta(days=1)),
    ]
    result = planned(courses)
    [gap] = [gap for gap in result.gaps if gap.line.id == "school_based"]
    assert (gap.most_centi, gap.why) == (1200, Why.not_enough)


def test_a_course_that_helps_only_a_hopeless_gap_is_left_out() -> None:
    result = planned([offer("10", id="lecture"), offer("1", category="school_based", id="idle")])
    assert ids(result) == ["lecture"]
    assert why(result, "school_based") is Why.not_enough


categories = st.sampled_from(["post_training", "school_based", "homeroom", "edtech"])
hindrances = st.sampled_from([None, None, None, Hindrance.full, Hindrance.not_eligible])


@st.composite
def menus(draw: st.DrawFn, most: int = 7) -> list[Offer]:
    number = draw(st.integers(0, most))
    return [
        offer(
            str(draw(st.integers(1, 30))),
            days=draw(st.integers(0, 4)),
            first=FIRST + timedelta(days=draw(st.integers(0, 9))),
            category=draw(categories),
            program=f"p{draw(st.integers(0, 9))}",
            hour=draw(st.sampled_from([1, 6])),
            hindrance=draw(hindrances),
            id=f"run-{place}",
        )
        for place in range(number)
    ]


ledgers = st.lists(
    st.builds(
        entry,
        st.sampled_from(["post_training", "school_based", "homeroom"]),
        st.integers(1, 60).map(str),
        st.sampled_from(["2013-04-01", "2014-02-20", "2014-02-25"]),
    ),
    max_size=8,
)


def clash_free(offers: Sequence[Offer]) -> bool:
    return not any(one.clashes(other) for one, other in combinations(offers, 2))


def still_open(ledger: Sequence[Entry], chosen: Sequence[Offer]) -> set[str]:
    """The gaps that the standing itself still sees when the chosen courses are pending."""
    result = stands(ledger, [one.entry for one in chosen], HOMEROOM)
    return {line.id for line in result.lines if line.missing_after_pending_centi}


def costs(ledger: Sequence[Entry], chosen: Sequence[Offer]) -> tuple[int, int, int]:
    days = {day for one in chosen for day in one.days}
    return len(still_open(ledger, chosen)), len(days), len(chosen)


@BRIEFLY
@given(menus(), ledgers)
def test_no_combination_is_better_than_the_plan(menu: list[Offer], ledger: list[Entry]) -> None:
    result = planned(menu, ledger, HOMEROOM)
    free = [one for one in menu if one.hindrance is None]
    choices = [some for size in range(len(free) + 1) for some in combinations(free, size)]
    best = min(costs(ledger, some) for some in choices if clash_free(some))
    chosen = [course.offer for course in result.courses]
    assert result.exact
    assert costs(ledger, chosen) == best
    assert result.days == best[1]


@BRIEFLY
@given(menus(most=16), ledgers, st.booleans())
def test_whatever_is_planned_can_be_done_and_adds_up(
    menu: list[Offer], ledger: list[Entry], roughly: bool
) -> None:
    with patch.object(choosing, "EXACTLY", -1 if roughly else choosing.EXACTLY):
        result = planned(menu, ledger, HOMEROOM)
        assert planned(menu[::-1], ledger, HOMEROOM) == result
    chosen = [course.offer for course in result.courses]
    assert all(one.hindrance is None for one in chosen)
    assert clash_free(chosen)
    before, left = stands(ledger, person=HOMEROOM), still_open(ledger, chosen)
    after = stands(ledger, [one.entry for one in chosen], HOMEROOM)
    for gap in result.gaps:
        line = after.line(gap.line.id)
        assert line is not None
        assert sum(course.adds.get(gap.line.id, 0) for course in result.courses) == gap.planned_centi
        assert line.pending_centi == gap.planned_centi <= gap.most_centi
        assert gap.closable == (gap.line.id not in left)
    assert {gap.line.id for gap in result.gaps} == {
        line.id for line in before.lines if line.missing_after_pending_centi
    }


def test_a_large_menu_is_planned_greedily_and_says_so() -> None:
    menu = [
        offer("1", days=1, first=FIRST + timedelta(days=number), id=f"run-{number:02}")
        for number in range(40)
    ]
    result = planned([*menu, offer("10", days=4, first=FIRST + timedelta(days=50), id="block")])
    assert (result.exact, result.days, ids(result)) == (False, 4, ["block"])
