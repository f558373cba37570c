"""A malformed pack is refused: where it stands, on which line, by which clause, and how to mend it."""

import re

import pytest

from xuefen.core.errors import FieldError
from xuefen.policy.pack import PackInvalid, pack_text, parse_pack


def faults_of(text: str) -> tuple[FieldError, ...]:
    with pytest.raises(PackInvalid) as refused:
        parse_pack(text)
    return refused.value.errors


def changed(key: str, old: str, new: str) -> str:
    text = pack_text(key)
    assert text.count(old) >= 1, f"{key} no longer says {old!r}"
    return text.replace(old, new, 1)


def line_of(text: str, needle: str, turn: int = 1) -> int:
    """The line (from 1) on which `needle` stands for the `turn`-th time."""
    numbers = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith(needle)]
    return numbers[turn - 1]


CIRCLE = """[[offsets]]
category = "ethics"
by = "school_based"
clause = "汨罗市教师培训工作计划 三(六)5"

[ethics_veto]
"""
ITSELF = CIRCLE.replace('category = "ethics"', 'category = "school_based"')


# Each row: what is wrong, the pack, what was written, what is written now; then the key path, the line on
# which it stands now, the saying and the remedy.
@pytest.mark.parametrize(
    ("key", "old", "new", "pointer", "line", "saying", "remedy"),
    [
        pytest.param(
            "miluo", "count = 1\n", "counts = 1\n",
            "/requirements/4/counts", "counts = 1", "没有这个键", "删去这一行",
            id="unknown key of a requirement",
        ),
        pytest.param(
            "miluo", "percent = 20\n", 'percent = 20\nheadmaster = "x"\n',
            "/thresholds/0/headmaster", "headmaster", "没有这个键", "删去这一行",
            id="unknown key of a threshold",
        ),
        pytest.param(
            "miluo", 'source = "汨罗', 'sources = "x"\nsource = "汨罗',
            "/sources", "sources", "没有这个键", "是否想写“source”？否则删去这一行",
            id="unknown key of the pack",
        ),
        pytest.param(
            "miluo", "[ethics_veto]\n", CIRCLE,
            "/offsets/1", "[[offsets]]#2", "“school_based”与“ethics”互相抵扣", "抵扣只能单向，删去其中一行",
            id="circular offset",
        ),
        pytest.param(
            "miluo", "[ethics_veto]\n", ITSELF,
            "/offsets/1", "[[offsets]]#2", "“school_based”与“school_based”互相抵扣", "抵扣只能单向",
            id="offset of a category by itself",
        ),
        pytest.param(
            "miluo", 'by = "ethics"', 'by = "ethic"',
            "/offsets/0/by", 'by = "ethic"', "没有“ethic”这个类别", "改为 categories 中已有的 code",
            id="offset by an unknown category",
        ),
        pytest.param(
            "licang", 'teaching_ends = "07-05"', 'teaching_ends = "09-20"',
            "/terms/0/teaching_ends", "teaching_ends", "“春季学期”的教学结束日不在本学期内，与另一学期重叠",
            "改为本学期起始日之后、下一学期起始日之前的一天",
            id="overlapping terms: lessons run beyond the next start",
        ),
        pytest.param(
            "licang", 'teaching_ends = "01-20"', 'teaching_ends = "03-01"',
            "/terms/1/teaching_ends", "teaching_ends#2", "“秋季学期”的教学结束日不在本学期内",
            "改为本学期起始日之后、下一学期起始日之前的一天",
            id="overlapping terms: over New Year",
        ),
        pytest.param(
            "licang", 'starts = "09-01"', 'starts = "02-15"',
            "/terms/0/starts", "starts =", "“春季学期”与另一学期同日开始，两学期重叠", "改正起始日",
            id="overlapping terms: the same start",
        ),
        pytest.param(
            "zhuzhou-2014", "cap = 12", "cap = -12",
            "/categories/0/worth/cap", "worth", "不是精确的正数", "写整数或最多两位小数的字符串",
            id="negative cap",
        ),
        pytest.param(
            "zhuzhou-2014", 'clause = "株教函〔2014〕29号 六(四)2"\n', "",
            "/thresholds/0/clause", "[[thresholds]]", "缺少这一项", "补上这一项",
            id="missing clause of a threshold",
        ),
        pytest.param(
            "county-2011", 'clause = "县教干教师培训意见（2011年） 四(三)"\n', "",
            "/funding/0/clause", "[[funding]]", "缺少这一项", "补上这一项",
            id="missing clause of the funds",
        ),
        pytest.param(
            "miluo", "percent = 20\n", "percent = 101\n",
            "/thresholds/0/percent", "percent = 101", "不是百分数", "写 20 或 \"1.5\" 这样大于 0、不超过 100 的数",
            id="percent over 100",
        ),
        pytest.param(
            "miluo", 'percent = "1.5"', 'percent = "100.01"',
            "/funding/0/percent", 'percent = "100.01"', "不是百分数", "不超过 100",
            id="percent over 100 by a hundredth",
        ),
        pytest.param(
            "miluo", "percent = 20\n", "percent = 0\n",
            "/thresholds/0/percent", "percent = 0", "不是百分数", "大于 0",
            id="percent of nothing",
        ),
        pytest.param(
            "miluo", 'requirement = "year"\npercent = 20', 'requirement = "years"\npercent = 20',
            "/thresholds/0/requirement", 'requirement = "years"', "没有“years”这条要求", "改为 requirements 中已有的 id",
            id="threshold naming no requirement",
        ),
        pytest.param(
            "miluo", 'measure = "attainment"', 'measure = "participation"',
            "/targets/2/requirement", 'requirement = "year"#2', "达标率须写明是哪一条要求",
            'measure = "attainment" 时写明 requirement',
            id="target with a requirement it does not measure",
        ),
        pytest.param(
            "county-2011", 'degree = "associate"\n', "",
            "/targets/0/measure", 'measure = "degree"', "学历目标须写明学段和学历", "写明 stage 和 degree",
            id="degree target without a degree",
        ),
        pytest.param(
            "miluo", 'measure = { category = "ethics", hours = 1 }', 'measure = { category = "ethic", hours = 1 }',
            "/duties/0/measure/category", "measure = { category", "没有“ethic”这个类别", "改为 categories 中已有的 code",
            id="duty measured by an unknown category",
        ),
        pytest.param(
            "miluo", 'measure = { category = "ethics", hours = 1 }', 'measure = { category = "ethics" }',
            "/duties/0/measure/hours", "measure = { category", "须写明学时或次数", "写 hours 或 times",
            id="duty measured by nothing",
        ),
        pytest.param(
            "miluo", 'due = { on = "04-30" }', 'due = { on = "04-31" }',
            "/duties/8/due/on", "due = { on", "写法不对", "MM-DD",
            id="a day that no April has",
        ),
        pytest.param(
            "licang", "due = { days_before_term_end = 7 }", 'due = { days_before_term_end = 7, on = "07-01" }',
            "/duties/2/due/on", "due = { days_before_term_end", "期限须写明一种",
            "只写 on、days_before_term_end、days_before_event 之一",
            id="two deadlines of one duty",
        ),
        pytest.param(
            "miluo", "objection_days = 18", "objection_days = 40",
            "/closing/registration_days", "registration_days = 10", "审验各步的期限前后颠倒",
            "按登记、异议、核验、审定的先后写",
            id="closing steps out of order",
        ),
        pytest.param(
            "qianshan", "hours = 72\n", "hours = 72\ncredits = 72\n",
            "/requirements/0/credits", "credits = 72", "要求须写明学分或学时之一", "只写 credits 或只写 hours",
            id="a requirement in two units",
        ),
    ],
)  # fmt: skip
def test_a_malformed_pack_is_refused_with_path_line_and_remedy(
    key: str, old: str, new: str, pointer: str, line: str, saying: str, remedy: str
) -> None:
    text = changed(key, old, new)
    [fault] = [fault for fault in faults_of(text) if fault.pointer == pointer]
    needle, _, turn = line.partition("#")
    place = re.match(r"第 (\d+) 行 ", fault.message)
    assert place, fault.message
    assert int(place[1]) == line_of(text, needle, int(turn or 1))
    said, _, how = fault.message.partition("改法：")
    assert saying in said
    assert remedy in how


# The clause of the row tells the author of a notice which sentence went wrong.
@pytest.mark.parametrize(
    ("old", "new", "clause"),
    [("percent = 20\n", "percent = 101\n", "四(二)"), ('by = "ethics"', 'by = "ethic"', "三(六)5")],
)
def test_the_fault_names_the_clause_of_its_row(old: str, new: str, clause: str) -> None:
    [fault] = faults_of(changed("miluo", old, new))
    assert f"（依据 汨罗市教师培训工作计划 {clause}）" in fault.message


def test_every_fault_of_the_shape_is_told_at_once() -> None:
    text = changed("miluo", "percent = 20\n", "percent = 101\n").replace(
        "after_bulletins = 2", "after_bulletins = 0"
    )
    assert {fault.pointer for fault in faults_of(text)} == {
        "/thresholds/0/percent",
        "/interviews/after_bulletins",
    }
