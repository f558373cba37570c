"""What becomes of a reported completion, decided on values alone."""

from datetime import date
from uuid import UUID

import pytest

from xuefen.attendance.states import Result
from xuefen.platforms import rules
from xuefen.platforms.rules import Offer, Person
from xuefen.policy.levels import DeliveryMode
from xuefen.programs.states import ProgramState

TODAY = date(2026, 3, 20)
ONLINE = Offer(UUID(int=1), ProgramState.published, DeliveryMode.online, 1000)
LIN = Person(UUID(int=2), "林小满", "430200/S01/")
ZHOU = Person(UUID(int=3), "周谷雨", "430200/S01/")


@pytest.mark.parametrize(
    ("offer", "result", "completed_on", "problem"),
    [
        (ONLINE, Result.passed, TODAY, None),
        (ONLINE, Result.excellent, date(2020, 1, 1), None),
        (ONLINE, Result.failed, TODAY, rules.NotPassed),
        (ONLINE, Result.passed, date(2026, 3, 21), rules.CompletedInFuture),
        (None, Result.passed, TODAY, rules.ProgramUnknown),
    ],
)
def test_a_completion_needs_a_pass_a_past_day_and_a_program(
    offer: Offer | None, result: Result, completed_on: date, problem: type[Exception] | None
) -> None:
    assert rules.refusal_of(offer, result, completed_on, TODAY) is problem


@pytest.mark.parametrize("state", ProgramState)
@pytest.mark.parametrize("mode", DeliveryMode)
def test_platforms_complete_published_or_closed_programs_that_are_taught_online(
    state: ProgramState, mode: DeliveryMode
) -> None:
    problem = rules.refusal_of(Offer(UUID(int=1), state, mode, 1000), Result.passed, TODAY, TODAY)
    if state not in {"published", "closed"}:
        assert problem is rules.ProgramUnknown
    else:
        assert problem is (None if mode in {"online", "blended"} else rules.ProgramNotOnline)


@pytest.mark.parametrize(
    ("people", "name", "by_phone", "found"),
    [
        ([LIN], None, False, LIN),
        ([LIN], "林小满", False, LIN),
        ([LIN], "林晓满", False, None),
        ([], None, False, None),
        ([LIN], None, True, None),  # a phone alone is nobody: numbers are given to new owners
        ([LIN], "林小满", True, LIN),
        ([LIN], "周谷雨", True, None),
        ([LIN, ZHOU], "周谷雨", True, ZHOU),
        ([LIN, LIN], "林小满", True, None),
        ([LIN, ZHOU], None, False, None),
    ],
)
def test_a_person_is_matched_only_without_doubt(
    people: list[Person], name: str | None, by_phone: bool, found: Person | None
) -> None:
    assert rules.matched(people, name, by_phone=by_phone) is found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("林小满", "林 小满", True),
        ("林小满", "林小满　", True),
        ("古丽·买买提", "古丽•买买提", True),
        ("古丽·买买提", "古丽买买提", True),
        ("ＡＢ", "ab", True),
        ("林小满", "林小曼", False),
        ("𠮷田", "吉田", False),
    ],
)
def test_names_fit_whatever_their_blanks_width_and_separators(one: str, other: str, same: bool) -> None:
    assert rules.names_fit(one, other) is same


@pytest.mark.parametrize(
    ("hours", "claimed", "flagged"), [(1000, 1000, False), (1001, 1000, True), (999, 999, True)]
)
def test_other_hours_than_the_program_has_are_flagged(hours: int, claimed: int, flagged: bool) -> None:
    assert rules.hours_claimed(hours, ONLINE) == claimed
    assert bool(rules.plausibility(hours, ONLINE)) is flagged
