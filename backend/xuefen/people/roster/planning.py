"""What a roster would do: who is new, who changes and in what, and what stands against it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from xuefen.people.degrees import is_above
from xuefen.people.models import Post
from xuefen.people.roster.cells import NamedPost, Wrong, plain
from xuefen.people.roster.columns import Column
from xuefen.people.roster.entries import Entry
from xuefen.people.roster.facts import Facts, HeldPost, Keys, Known, School
from xuefen.people.roster.findings import Findings
from xuefen.people.rules import IdNumberTaken, PhoneTaken, StaffNoTaken

Fault = tuple[Column, Wrong]


class Seen(NamedTuple):
    """The teacher whom a row met when it was checked, as they stood then."""

    teacher_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A row without fault. `known` None: a new teacher; no `changed` fields: nothing to do."""

    entry: Entry
    keys: Keys
    school: School
    known: Known | None
    changed: tuple[str, ...]

    @property
    def seen(self) -> Seen | None:
        return Seen(self.known.teacher_id, self.known.version) if self.known else None


@dataclass(frozen=True)
class Plan:
    rows: list[Planned]
    errors: Findings
    warnings: Findings

    @property
    def new(self) -> list[Planned]:
        return [row for row in self.rows if row.known is None]

    @property
    def changes(self) -> list[Planned]:
        return [row for row in self.rows if row.changed]


def plan(entries: Iterable[Entry], keys: Iterable[Keys], facts: Facts, today: date) -> Plan:
    """What `entries` amount to, given the facts of today."""
    made = Plan([], Findings(), Findings())
    together: dict[tuple[UUID, str], int] = {}
    for entry, key in zip(entries, keys, strict=True):
        school = _school(entry, facts)
        known = facts.known.get(key.staff_no)
        faults = [*_school_faults(school, known), *_person_faults(entry, key, facts, known)]
        for column, (code, message) in faults:
            made.errors.add(entry.row, column, code, message)
        if faults or isinstance(school, tuple):
            continue
        changed = _changed(entry, key, known, today) if known else ()
        made.rows.append(Planned(entry, key, school, known, changed))
        namesake = together.setdefault((school.id, entry.name), entry.row)
        for code, message in _doubts(entry, school, facts, known, namesake):
            made.warnings.add(entry.row, Column.name, code, message)
    return made


def current_posts(known: Known, today: date) -> dict[Post, HeldPost]:
    """What is held beyond today."""
    return {held.post: held for held in known.posts if held.until_on is None or held.until_on > today}


def post_changes(
    named: Sequence[NamedPost] | None, known: Known, today: date
) -> tuple[list[HeldPost], list[NamedPost]]:
    """The posts that end and those that begin: a filled cell names all that are held now."""
    if named is None:
        return [], []
    held, wanted = current_posts(known, today), {post.post: post for post in named}
    ending = [post for name, post in held.items() if name not in wanted]
    return ending, [post for name, post in wanted.items() if name not in held]


def begins_on(post: NamedPost, hired_on: date, today: date) -> date:
    """The day named in the sheet; else today, for a roster says what is so now, or the first day of work."""
    return post.from_on or max(hired_on, today)


def _school(entry: Entry, facts: Facts) -> School | Fault:
    if not entry.school_code and not entry.school_name:
        return facts.only_school or (Column.school_code, Wrong("missing", "请填写学校代码或学校名称"))
    named = facts.schools_by_name.get(entry.school_name, ())
    if not entry.school_code:
        return _only(named)
    school = facts.schools_by_code.get(entry.school_code)
    if school is None:
        return Column.school_code, _NO_SCHOOL
    if entry.school_name and entry.school_name != plain(school.name):
        return Column.school_name, Wrong("school_mismatch", "与学校代码不是同一所学校，请核对")
    return school


_NO_SCHOOL = Wrong("school_unknown", "没有这所学校，或不在您的管理范围内，请核对")


def _only(named: Sequence[School]) -> School | Fault:
    if len(named) > 1:
        return Column.school_name, Wrong("school_ambiguous", "有几所学校叫这个名称，请填写学校代码")
    return named[0] if named else (Column.school_name, _NO_SCHOOL)


def _school_faults(school: School | Fault, known: Known | None) -> Iterator[Fault]:
    if isinstance(school, tuple):
        yield school
    elif known is not None and known.school_id != school.id:
        message = "这个工号登记在另一所学校：调入请办理教师调动，不能用导入改学校；否则请核对工号"
        yield Column.staff_no, Wrong("other_school", message)


def _person_faults(entry: Entry, key: Keys, facts: Facts, known: Known | None) -> Iterator[Fault]:
    if known is None and key.staff_no in facts.known:
        yield Column.staff_no, Wrong(StaffNoTaken.code, f"{StaffNoTaken.title}，请核对")
    if _is_anothers(facts.phones.get(key.phone or ""), known.user_id if known else None):
        yield Column.phone, Wrong(PhoneTaken.code, f"{PhoneTaken.title}，请核对")
    if _is_anothers(facts.id_numbers.get(key.id_number or ""), known.teacher_id if known else None):
        yield Column.id_number, Wrong(IdNumberTaken.code, f"{IdNumberTaken.title}，请核对")
    elif known is not None and known.id_number_index and key.id_number not in (None, known.id_number_index):
        message = "与已登记的身份证号不一致：请核对工号是不是本人的；要更正请在教师资料中修改"
        yield Column.id_number, Wrong("id_number_differs", message)
    if known is not None:
        yield from _employment_faults(entry, known)
    if any(post.from_on and post.from_on < entry.hired_on for post in entry.posts or ()):
        yield Column.posts, Wrong("post_too_early", "岗位的起始日期早于入职日期，请核对")


def _employment_faults(entry: Entry, known: Known) -> Iterator[Fault]:
    if known.left_on is not None:
        yield Column.staff_no, Wrong("left", "这位教师已离职，请从表中删去，或先在教师资料中恢复")
    if known.hired_on != entry.hired_on:
        message = "与已登记的入职日期不一致，请核对；要更正请在教师资料中修改"
        yield Column.hired_on, Wrong("hired_on_differs", message)
    if entry.degree is not None and known.degree is not None and is_above(known.degree, entry.degree):
        message = "低于已登记的学历，请核对；要更正请在教师资料中修改"
        yield Column.degree, Wrong("degree_lower", message)


def _is_anothers(owner: UUID | None, own: UUID | None) -> bool:
    return owner is not None and owner != own


def _changed(entry: Entry, key: Keys, known: Known, today: date) -> tuple[str, ...]:
    """Names of the fields that the row changes; a cell left empty changes nothing."""
    differs = {
        "name": entry.name != known.name,
        "stage": entry.stage != known.stage,
        "subject": entry.subject != known.subject,
        "phone": key.phone not in (None, known.phone_index),
        "id_number": key.id_number not in (None, known.id_number_index),
        "degree": entry.degree not in (None, known.degree),
        "posts": any(post_changes(entry.posts, known, today)),
    }
    return tuple(field for field, is_other in differs.items() if is_other)


def _doubts(
    entry: Entry, school: School, facts: Facts, known: Known | None, namesake: int
) -> Iterator[tuple[str, str]]:
    """What may be right and may be a slip. People are never joined by name alone."""
    if known is not None and known.name != entry.name:
        yield "name_changes", "与已登记的姓名不同，导入后改为表中的姓名，请核对工号是不是本人的"
    elif known is None and (school.id, entry.name) in facts.names:
        yield "same_name", "本校已有同名教师，工号不同：将作为另一位教师登记，请核对是否重复"
    elif namesake != entry.row:
        yield "same_name", f"与第 {namesake} 行同校同名，工号不同：作为两位教师，请核对是否重复"
