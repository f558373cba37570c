"""qianshan: 72 hours (7.2 credits) from March to February, in compulsory, research and elective courses."""

from datetime import date

import pytest

from tests.make.policy import entry, one_line
from xuefen.policy.levels import Level
from xuefen.policy.pack import load_pack
from xuefen.policy.requirements import Entry, Line, Person, Standing, standing
from xuefen.policy.school_duties import school_duties
from xuefen.policy.units import Credits, Hours
from xuefen.policy.worth import credits_for

PACK = load_pack("qianshan")
ON = date(2015, 12, 1)
VETERAN = Person(hired_on=date(1998, 9, 1))


def stands(entries: list[Entry], on: date = ON, person: Person = VETERAN) -> Standing:
    return standing(PACK, person, entries, on)


def year_of(*hours: str, credits: str = "0.07") -> Line:
    entries = [entry("school_based", credits, "2015-10-15", hours=each) for each in hours]
    return one_line(stands(entries), "year")


# 二(一)3：“各项培训合计不少于72学时（记7.2学分）”
@pytest.mark.requirement("002-23")
def test_72_hours_are_7_20_credits_and_meet_the_year() -> None:
    line = year_of("72", credits="7.2")
    assert (line.unit, line.required_centi, line.counted_centi) == ("hours", 72_00, 72_00)
    assert (line.converted_centi, line.met) == (7_20, True)
    assert line.explanation == (
        "年度学时：2015–2016年度须满72学时，已计72学时（合7.2学分），已达标（千山区教师培训工作安排 二(一)3）"
    )


# “不少于72学时”: 71.9 are fewer, though they round to 7.2.
@pytest.mark.requirement("002-23")
def test_71_9_hours_are_7_19_credits_and_do_not() -> None:
    line = year_of("71.9", credits="7.19")
    assert (line.converted_centi, line.met, line.missing_centi) == (7_19, False, 10)


# “各项培训合计”: the sum is converted, once; each activity alone would lose its last half hundredth.
@pytest.mark.requirement("002-23")
def test_96_activities_of_three_quarters_of_an_hour_are_7_20_credits() -> None:
    line = year_of(*["0.75"] * 96)
    assert (line.counted_centi, line.converted_centi, line.met) == (72_00, 7_20, True)
    assert 96 * credits_for(PACK, "school_based", Hours.parse("0.75")).centi == 6_72


@pytest.mark.requirement("002-23", "003-49")
@pytest.mark.parametrize(("hours", "credits"), [("72", "7.2"), ("71.9", "7.19"), ("10", "1"), ("0.09", "0")])
def test_ten_hours_are_one_credit(hours: str, credits: str) -> None:
    assert credits_for(PACK, "elective", Hours.parse(hours)) == Credits.parse(credits)


# 二(一)2：“20xx年3月—20xx年2月”
@pytest.mark.requirement("002-24")
def test_the_year_runs_from_march_to_the_end_of_february() -> None:
    year_of = PACK.calendar.year_of
    assert year_of(date(2015, 3, 1)) == year_of(date(2016, 2, 29))
    assert year_of(date(2015, 2, 28)) != year_of(date(2015, 3, 1))
    assert (year_of(ON).starts_on, year_of(ON).ends_on) == (date(2015, 3, 1), date(2016, 2, 29))


@pytest.mark.requirement("002-24")
def test_hours_of_the_last_day_of_february_stay_in_the_old_year() -> None:
    entries = [entry("elective", "4", day, hours="40") for day in ("2015-02-28", "2015-03-01", "2016-02-29")]
    line = one_line(stands(entries), "year")
    assert (line.counted_centi, line.deadline) == (80_00, date(2016, 2, 29))
    assert one_line(stands(entries, date(2015, 2, 28)), "year").counted_centi == 40_00


# A January of the training year belongs to its autumn term as well.
@pytest.mark.requirement("002-24")
def test_january_lies_in_the_autumn_term_and_in_the_year_before() -> None:
    day = date(2016, 1, 12)
    assert (PACK.calendar.term_of(day).key, PACK.calendar.year_of(day).starts_on.year) == (
        "2015-autumn",
        2015,
    )


# 二(一)1：“具有一年以上教龄的全体中小学教师”
@pytest.mark.requirement("002-25")
@pytest.mark.parametrize(
    ("hired_on", "bound"),
    [
        (date(2014, 2, 28), True),
        (date(2014, 3, 1), True),
        (date(2014, 3, 2), False),
        (date(2015, 9, 1), False),
    ],
)
def test_the_year_binds_from_one_complete_year_of_service(hired_on: date, bound: bool) -> None:
    lines = stands([], person=Person(hired_on=hired_on)).lines
    assert len(lines) == (len(PACK.requirements) if bound else 0)


# 二(一)4：“必修课程”“研修课程”“选修课程”
@pytest.mark.requirement("002-26")
def test_the_three_components_and_their_courses() -> None:
    by_component: dict[str, list[str]] = {}
    for row in PACK.categories:
        if row.component:
            by_component.setdefault(row.component, []).append(row.code)
    assert by_component == {
        "compulsory": ["ethics", "edtech", "student_education", "mental_health", "standards"],
        "research": ["school_based"],
        "elective": ["elective"],
    }


@pytest.mark.requirement("002-26")
def test_a_year_of_72_hours_without_an_elective_lacks_the_elective() -> None:
    entries = [entry("school_based", "7.2", "2015-10-15", hours="72"), entry("ethics", "0.1", "2015-11-15")]
    result = stands(entries)
    met = {line.id for line in result.lines if line.met}
    assert met == {"year", "ethics", "research"}
    assert one_line(result, "elective").explanation == (
        "选修课程：2015–2016年度须满1次，已计0次，还差1，最迟2016-02-29（千山区教师培训工作安排 二(一)4(3)）"
    )


# 二(一)4(1)e：“每学期按时、全程参加……教研部门安排的集备、教研等活动”
@pytest.mark.requirement("002-26")
def test_the_subject_activities_of_two_terms_are_two() -> None:
    entries = [
        entry("standards", "0.4", day, hours="4", level=Level.county) for day in ("2015-04-10", "2015-10-10")
    ]
    assert not one_line(stands(entries[:1]), "standards").met
    assert one_line(stands(entries), "standards").met


# 二(一)4(1)b：“并通过考试，以承担培训的部门提供合格名单为依据”
@pytest.mark.requirement("002-26")
def test_educational_technology_asks_for_the_exam() -> None:
    failed = entry("edtech", "5", "2015-06-10", hours="50")
    passed = entry("edtech", "5", "2015-07-10", hours="50", exam_passed=True)
    assert not one_line(stands([failed]), "edtech").met
    assert one_line(stands([failed, passed]), "edtech").entry_ids == (passed.id,)


# 四2：“禁止抄袭笔记或者让学生生写笔记，一经发现考核不给予及格”
@pytest.mark.requirement("002-29")
def test_plagiarised_notes_are_a_reason_of_their_own() -> None:
    reason = next(row for row in PACK.return_reasons if row.code == "plagiarised")
    assert (reason.clause, reason.reading) == ("千山区教师培训工作安排 四2", None)


# 四1：“各学校要严格制定本学期的教师培训工作计划”
def test_the_duties_are_left_to_people() -> None:
    answers = school_duties(PACK, [], PACK.calendar.year_of(ON))
    assert {answer.judged for answer in answers} == {"people"}
    plans = [answer for answer in answers if answer.row.id == "term_plan"]
    assert [answer.period.label for answer in plans] == ["2015年春季学期", "2015年秋季学期"]
