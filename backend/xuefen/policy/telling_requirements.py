"""A requirement of a pack as one sentence for people."""

from xuefen.policy.levels import LEVEL_NAMES, MODE_NAMES
from xuefen.policy.pack import Pack
from xuefen.policy.requirement_rows import (
    Asking,
    AverageInPost,
    Binds,
    CategoryPerCycle,
    CategoryPerYear,
    CreditsInPost,
    ExamPassed,
    FixedAward,
    HoursInPost,
    HoursOfNewcomer,
    Requirement,
    TotalPerCycle,
    TotalPerYear,
    Trainings,
    TrainingsInPost,
    YearInPost,
)
from xuefen.policy.units import short_text
from xuefen.policy.vocabulary import UNIT_NAMES

PERIOD_NAMES = {"year": "每年度", "cycle": "每周期"}
COMPONENT_NAMES = {"compulsory": "必修", "research": "研修", "elective": "选修"}
STAGE_NAMES = {
    "kindergarten": "幼儿园",
    "primary": "小学",
    "junior": "初中",
    "senior": "高中",
    "vocational": "职业学校",
    "special": "特殊教育学校",
}
_POST_NAMES = {
    "principal": "校长（园长）",
    "principal_designate": "拟任校长（园长）",
    "cadre": "干部",
    "homeroom": "班主任",
    "backbone": "骨干教师",
    "master_candidate": "名师培养对象",
    "counsellor": "心理健康教师",
    "off_subject": "专业不对口教师",
    "trainer": "培训者",
    "registration_deferred": "暂缓注册人员",
}


def requirement_text(pack: Pack, row: Requirement) -> str:
    """周期总学分：每周期满450学分；结业条件."""
    parts = [f"{row.name}：{_asked(pack, row)}"]
    if row.binds is not None:
        parts.append(f"适用于{_bound(row.binds)}")
    if row.for_completion:
        parts.append("结业条件")
    if row.consequence is not None:
        parts.append(f"未完成的，{row.consequence}")
    return "；".join(parts)


def category_name(pack: Pack, code: str) -> str:
    found = pack.find_category(code)
    return found.name if found else code


def post_name(code: str) -> str:
    """A post that the product does not know is told by its code."""
    return _POST_NAMES.get(code, code)


def _asked(pack: Pack, row: Requirement) -> str:
    match row:
        case TotalPerCycle():
            return f"每周期满{_amount(row)}"
        case TotalPerYear():
            return f"每年度满{_amount(row)}"
        case CategoryPerCycle():
            return f"每周期“{category_name(pack, row.category)}”满{_amount(row)}"
        case CategoryPerYear():
            return f"每年度“{category_name(pack, row.category)}”满{_amount(row)}"
        case FixedAward():
            return f"每周期取得“{category_name(pack, row.category)}”的固定学分"
        case ExamPassed():
            return f"{PERIOD_NAMES[row.per]}通过“{category_name(pack, row.category)}”考试"
        case Trainings():
            return f"{PERIOD_NAMES[row.per]}参加{_kind_of_training(pack, row)}{row.count}次"
        case _:
            return _asked_of_post(pack, row)


def _asked_of_post(pack: Pack, row: Requirement) -> str:
    match row:
        case HoursOfNewcomer():
            return _asked_of_newcomer(pack, row)
        case HoursInPost():
            hours, category = short_text(row.hours.centi), category_name(pack, row.category)
            return f"{post_name(row.post)}自任职起每{row.years}年“{category}”满{hours}学时"
        case CreditsInPost():
            return f"{post_name(row.post)}自任职起每{row.years}年满{short_text(row.credits.centi)}学分"
        case AverageInPost():
            of = f"“{category_name(pack, row.category)}”" if row.category else ""
            return f"{post_name(row.post)}任职期间{of}平均每年满{short_text(row.hours.centi)}学时"
        case YearInPost():
            of = f"“{category_name(pack, row.category)}”" if row.category else ""
            return f"{post_name(row.post)}每年度{of}满{_amount(row)}"
        case TrainingsInPost():
            return f"{post_name(row.post)}期间参加“{category_name(pack, row.category)}”{row.count}次"
        case _:
            return row.kind


def _asked_of_newcomer(pack: Pack, row: HoursOfNewcomer) -> str:
    who = post_name(row.post) if row.post else "新任教师"
    when = "上岗前" if row.window == "before_start" else "任职一年内"
    how = f"（{MODE_NAMES[row.mode]}）" if row.mode else ""
    return f"{who}{when}“{category_name(pack, row.category)}”{how}满{short_text(row.hours.centi)}学时"


def _kind_of_training(pack: Pack, row: Trainings) -> str:
    levels = "、".join(LEVEL_NAMES[level] for level in row.levels or ())
    component = COMPONENT_NAMES[row.component] if row.component else ""
    category = f"“{category_name(pack, row.category)}”" if row.category else ""
    return f"{levels}{component}{category}" or "培训"


def _amount(row: Asking) -> str:
    return f"{short_text(row.centi)}{UNIT_NAMES[row.unit]}"


def _bound(binds: Binds) -> str:
    parts = []
    if binds.posts:
        parts.append("、".join(map(post_name, binds.posts)))
    if binds.stages:
        parts.append("、".join(STAGE_NAMES.get(stage, stage) for stage in binds.stages) + "教师")
    if binds.except_posts:
        parts.append("、".join(map(post_name, binds.except_posts)) + "以外的人员")
    if binds.service_years:
        parts.append(f"任教满{binds.service_years}年的人员")
    return "，".join(parts) or "所有人员"
