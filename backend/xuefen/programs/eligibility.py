"""What the policy asks of a program: its sponsor, its mode, its worth and its audience. Pure.

Every fault names the field and the clause, so that the centre can mend the draft before it submits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xuefen.core.errors import FieldError, Invalid
from xuefen.policy.levels import LEVEL_NAMES, DeliveryMode, Level, at_least
from xuefen.policy.pack import Pack
from xuefen.policy.pack_rows import Category, Fixed, NotCredited
from xuefen.policy.units import Credits, Hours, short_text
from xuefen.policy.vocabulary import Audience
from xuefen.policy.worth import credits_for

SPONSOR_LEVELS: Mapping[str, frozenset[Level]] = {
    # 国培 and 省培 have no unit in the city's tree: the city carries them (003-46).
    "city": frozenset({Level.national, Level.provincial, Level.city}),
    "county": frozenset({Level.county}),
    "union": frozenset({Level.union}),
    "school": frozenset({Level.school}),
}
"""Kind of the sponsor -> the levels at which it may set training up. A provider only carries out."""

_POSTS: Mapping[Audience, tuple[str, ...]] = {
    Audience.backbone: ("backbone",),
    Audience.master_candidate: ("master_candidate",),
    Audience.off_subject: ("off_subject",),
    Audience.counsellor: ("counsellor",),
    Audience.homeroom: ("homeroom",),
    Audience.principal: ("principal", "principal_designate"),
    Audience.cadre: ("cadre", "principal", "principal_designate"),
    Audience.trainer: ("trainer",),
    Audience.registration_deferred: ("registration_deferred",),
}


@dataclass(frozen=True)
class Draft:
    """A program as its makers wrote it. `credits_centi` None: by the rule."""

    category: str
    level: Level
    sponsor_kind: str
    mode: DeliveryMode
    hours_centi: int
    credits_centi: int | None
    has_exam: bool


def require_fit(pack: Pack, draft: Draft) -> Category:
    """The category's row; `Invalid` with every fault when the policy does not allow the draft."""
    row = pack.find_category(draft.category)
    if row is None:
        raise Invalid(errors=[FieldError("/category", "category_unknown", "现行制度中没有这个培训类别")])
    faults = [*_sponsor_faults(row, draft), *_form_faults(row, draft), *_worth_faults(pack, row, draft)]
    if faults:
        raise Invalid(errors=faults)
    return row


def credits_of(pack: Pack, draft: Draft) -> int:
    """The credits of the program, in hundredths: as written, else as the rule makes them of the hours."""
    if draft.credits_centi is not None:
        return draft.credits_centi
    return credits_for(pack, draft.category, Hours(draft.hours_centi)).centi


def audience_of(row: Category, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The audience to store: as asked, filled in where table 1 itself names whom the row is for."""
    audience = dict(asked)
    posts = _POSTS.get(row.audience, ())
    if posts and not audience.get("posts"):
        audience["posts"] = list(posts)
    if posts and not set(audience["posts"]) <= set(posts):
        raise _audience_fault("/audience/posts", row)
    if row.subjects and not audience.get("subjects"):
        audience["subjects"] = list(row.subjects)
    if row.subjects and not set(audience["subjects"]) <= set(row.subjects):
        raise _audience_fault("/audience/subjects", row)
    if row.audience is Audience.novice and not audience.get("service_years"):
        # 新任教师: no complete year of service yet.
        audience["service_years"] = {"at_least": None, "at_most": 0}
    return audience


def _sponsor_faults(row: Category, draft: Draft) -> Iterator[FieldError]:
    if row.own_route == "teacher_made":
        yield FieldError("/category", "teacher_made", f"{row.name}由教师本人申报，不设培训项目")
    if draft.level not in SPONSOR_LEVELS.get(draft.sponsor_kind, frozenset()):
        yield FieldError("/level", "level_of_sponsor", "培训层次与主办单位不一致")
    floor = row.organiser_at_least
    if floor is not None and not at_least(draft.level, floor):
        yield FieldError(
            "/level", "sponsor_too_low", f"{row.name}须由{LEVEL_NAMES[floor]}及以上单位主办（{row.clause}）"
        )


def _form_faults(row: Category, draft: Draft) -> Iterator[FieldError]:
    if row.modes and draft.mode not in row.modes:
        yield FieldError("/mode", "mode_not_foreseen", f"{row.name}不采用这种培训形式（{row.clause}）")
    if isinstance(row.worth, Fixed) and row.worth.exam and not draft.has_exam:
        yield FieldError("/has_exam", "exam_required", f"{row.name}须组织考试（{row.clause}）")


def _worth_faults(pack: Pack, row: Category, draft: Draft) -> Iterator[FieldError]:
    if draft.credits_centi is None:
        return
    asked, by_rule = Credits(draft.credits_centi), credits_for(pack, row.code, Hours(draft.hours_centi))
    if isinstance(row.worth, NotCredited) and asked:
        yield FieldError("/credits", "not_credited", f"{row.name}不单独计分（{row.clause}）")
    elif isinstance(row.worth, Fixed) and asked != by_rule:
        award = short_text(by_rule.centi)
        yield FieldError("/credits", "award_differs", f"{row.name}固定记{award}学分（{row.clause}）")
    elif asked > by_rule:
        most = short_text(by_rule.centi)
        yield FieldError("/credits", "more_than_hours", f"按学时折算最多{most}学分")


def _audience_fault(pointer: str, row: Category) -> Invalid:
    return Invalid(
        errors=[FieldError(pointer, "audience_of_category", f"超出{row.name}的培训对象（{row.clause}）")]
    )
