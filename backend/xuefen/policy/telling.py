"""A pack as people read it: section by section, each line with the clause it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass

from xuefen.policy.accountability_rows import DutyRow, Measure, TargetRow
from xuefen.policy.levels import LEVEL_NAMES, MODE_NAMES
from xuefen.policy.pack import Pack
from xuefen.policy.pack_rows import Category
from xuefen.policy.telling_requirements import (
    COMPONENT_NAMES,
    STAGE_NAMES,
    category_name,
    requirement_text,
)
from xuefen.policy.units import short_text
from xuefen.policy.worth import rule_of

_LATE = {
    "full": "仍须完成整个周期的要求",
    "pro_rata": "按在职整月数占周期的比例折算",
    "from_next_cycle": "从下一周期起计",
}
_CITY_AUDIT = {"each": "校级项目逐项由市审定", "sample": "校级项目由县区审定，市抽查"}
_TEACHER_MADE = {"three_tier": "个人申报逐级办理", "letter": "个人申报按文件规定办理"}
_BARS = {"year": "年度达标", "completion": "周期结业"}
_RELIEVES = {"months": "按整月扣减年度和周期要求", "year": "当年不计年度要求，周期要求按整月扣减"}
_UNITS = {"school": "学校", "county": "县区", "city": "市", "centre": "培训机构"}
_EVERY = {
    "teaching_month": "每教学月",
    "term": "每学期",
    "year": "每年度",
    "cycle": "每周期",
    "event": "每次活动",
}
_BASES = {"public_funds": "公用经费", "payroll": "工资总额"}
_DEGREES = {"associate": "专科", "bachelor": "本科", "master": "硕士"}


@dataclass(frozen=True, slots=True)
class Told:
    """One line: what it says, by which clause, and how an open place in the source is read."""

    text: str
    clause: str
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: tuple[Told, ...]


def told(pack: Pack) -> list[Section]:
    """The pack in sections; one that it says nothing about is left out."""
    sections = (
        ("周期与日历", _calendar(pack)),
        ("培训类别", (_told(_category(pack, row), row) for row in pack.categories)),
        ("要求", (_told(requirement_text(pack, row), row) for row in pack.requirements)),
        ("抵扣与免修", _relief(pack)),
        ("考核问责", _accountability(pack)),
        ("职责", (_told(_duty(pack, row), row) for row in pack.duties)),
        ("审验与提醒", _closing(pack)),
        ("登记与审核", _handling(pack)),
    )
    made = [Section(title, tuple(lines)) for title, lines in sections]
    return [section for section in made if section.lines]


def _told(text: str, row: object) -> Told:
    return Told(text, getattr(row, "clause", ""), getattr(row, "reading", None))


def _calendar(pack: Pack) -> Iterator[Told]:
    cycle, year, rate = pack.cycle, pack.year, pack.conversion
    repeats = "，期满续接下一周期" if cycle.repeats else ""
    yield _told(f"继续教育周期：{cycle.starts_on} 至 {cycle.ends_on}{repeats}", cycle)
    months = "、".join(map(str, year.teaching_months))
    yield _told(f"培训年度：自{year.starts_month}月起；教学月为{months}月", year)
    for term in pack.terms:
        ends = f"，教学至 {term.teaching_ends}" if term.teaching_ends else ""
        yield _told(f"{term.name}：自 {term.starts} 起{ends}", term)
    hours, credits = short_text(rate.hours.centi), short_text(rate.credits.centi)
    yield _told(f"折算：{hours}学时记{credits}学分，1学时为{pack.minutes_per_hour}分钟", rate)
    yield _told(f"周期中途入职：{_LATE[pack.joining.late]}", pack.joining)


def _category(pack: Pack, row: Category) -> str:
    parts = [f"{rule_of(pack, row.code).text}（{row.code}）"]
    if row.compulsory:
        parts.append("人人必修")
    if row.component:
        parts.append(COMPONENT_NAMES[row.component])
    if row.organiser_at_least:
        parts.append(f"主办不低于{LEVEL_NAMES[row.organiser_at_least]}")
    if row.modes:
        parts.append("形式为" + "、".join(MODE_NAMES[mode] for mode in row.modes))
    if row.parts:
        parts.append("含" + "、".join(f"{part.name}{short_text(part.hours.centi)}学时" for part in row.parts))
    if row.conversion:
        rate = row.conversion
        parts.append(f"{short_text(rate.hours.centi)}学时折{short_text(rate.credits.centi)}学分")
    return "；".join(parts)


def _relief(pack: Pack) -> Iterator[Told]:
    for offset in pack.offsets:
        most = f"，最多{short_text(offset.most.centi)}学分" if offset.most else ""
        by, filled = category_name(pack, offset.by), category_name(pack, offset.category)
        yield _told(f"“{by}”的富余可抵“{filled}”{most}，不能反向", offset)
    for case in pack.exemptions:
        yield _told(f"{case.name}：{_RELIEVES[case.relieves]}", case)
    if pack.ethics_veto:
        barred = "、".join(_BARS[what] for what in pack.ethics_veto.bars)
        yield _told(f"师德一票否决：不得评定{barred}", pack.ethics_veto)


def _accountability(pack: Pack) -> Iterator[Told]:
    names = {row.id: row.name for row in pack.requirements}
    for row in pack.thresholds:
        than = "达到或超过" if row.inclusive else "超过"
        then = "、".join(one.text for one in row.consequences)
        how = "，由主管部门决定" if row.proposed else ""
        yield _told(
            f"{row.name}：“{names[row.requirement]}”未达标的教师{than}{_percent(row.percent)}的学校，{then}{how}",
            row,
        )
    for target in pack.targets:
        yield _told(_target(target, names), target)
    for fund in pack.funding:
        who = "、".join(STAGE_NAMES.get(stage, stage) for stage in fund.stages) or "各校"
        either = "，与同组的另一条达到其一即可" if fund.either else ""
        share = f"{_BASES[fund.base]}的{_percent(fund.percent)}"
        yield _told(f"{fund.name}：{who}培训经费不低于{share}{either}", fund)
    if pack.interviews:
        yield _told(f"约谈：通报{pack.interviews.after_bulletins}次仍未改进的", pack.interviews)


def _target(row: TargetRow, names: dict[str, str]) -> str:
    of = ""
    if row.requirement:
        of = f"“{names[row.requirement]}”"
    elif row.stage and row.degree:
        of = f"{STAGE_NAMES[row.stage]}教师{_DEGREES[row.degree]}以上"
    return f"{row.name}：{_UNITS[row.of]}{of}不低于{_percent(row.percent)}"


def _duty(pack: Pack, row: DutyRow) -> str:
    parts = [f"{row.name}：{_UNITS[row.of]}，{_EVERY[row.every]}"]
    if row.due:
        parts.append(
            f"{row.due.on}前"
            if row.due.on
            else f"学期结束前{row.due.days_before_term_end}天"
            if row.due.days_before_term_end
            else f"活动前{row.due.days_before_event}天"
        )
    parts.append(_measure(pack, row.measure) if row.measure else "由人评定")
    return "，".join(parts)


def _measure(pack: Pack, measure: Measure) -> str:
    each = f"，每次不少于{short_text(measure.each_hours.centi)}学时" if measure.each_hours else ""
    hours = f"不少于{short_text(measure.hours.centi)}学时" if measure.hours else ""
    times = f"不少于{measure.times}次{each}" if measure.times else ""
    return f"“{category_name(pack, measure.category)}”活动{hours}{times}"


def _closing(pack: Pack) -> Iterator[Told]:
    plan = pack.closing
    if plan:
        steps = (
            ("登记截止", plan.registration_days),
            ("教师核对", plan.objection_days),
            ("县区核验", plan.verification_days),
            ("审定", plan.closing_days),
        )
        days = "、".join(f"{name}第{day}天" for name, day in steps)
        yield _told(f"年度审验：年度结束后{days}", plan)
    if pack.warnings:
        yield _told("年度学分提醒：" + "、".join(pack.warnings.on), pack.warnings)


def _handling(pack: Pack) -> Iterator[Told]:
    routes, days = pack.routes, pack.deadlines
    yield _told(f"{_CITY_AUDIT[routes.city_audit]}；{_TEACHER_MADE[routes.teacher_made]}", routes)
    yield _told(
        f"活动结束后{days.registration_days}天内登记，{days.review_working_days}个工作日内审核，"
        f"退回后{days.resubmission_working_days}个工作日内补正，{days.appeal_working_days}个工作日内申诉",
        days,
    )
    reasons = "、".join(reason.title for reason in pack.return_reasons)
    yield _told(f"退回原因：{reasons}", pack.return_reasons[0])


def _percent(centi: int) -> str:
    return f"{short_text(centi)}%"
