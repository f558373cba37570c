"""What one cell of a roster says: text in, value out, or a refusal with a code and what to do."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from xuefen.core.errors import DomainError
from xuefen.core.text import IdNumber, Line, PersonName, PhoneNumber, StaffNo, refusal
from xuefen.core.validation_messages import message
from xuefen.people.degrees import Degree
from xuefen.people.models import Post, Stage
from xuefen.people.roster import words
from xuefen.people.rules import refuse_phone_like

T = TypeVar("T")

_DATE = re.compile(
    r"([0-9]{4})(?: *[-/.年] *([0-9]{1,2}) *[-/.月] *([0-9]{1,2}) *日?|([0-9]{2})([0-9]{2}))"
    r"(?:[ T]0?0:00(?::00)?)?"
)
_DAY_NUMBER = re.compile(r"[2-6][0-9]{4}")
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a cell that holds a date but is shown as a number."""

_EARLIEST = date(1940, 1, 1)
_AHEAD = timedelta(days=366)
"""Whoever is hired for the coming school year may be on the roster already."""

_BETWEEN_POSTS = re.compile(r"[、，,;；/|\n]+")
_POST = re.compile(r"([^()]+)(?:\((.+?)起?\))?")
_BLANK_IN_NAME = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")

_staff_no = TypeAdapter[str](StaffNo)
_name = TypeAdapter[str](PersonName)
_phone = TypeAdapter[str](PhoneNumber)
_id_number = TypeAdapter[str](IdNumber)
_trade = TypeAdapter[str](Annotated[str, Line(20)])


class NamedPost(NamedTuple):
    """A post of a row; without a day it is held from the day of the import on."""

    post: Post
    from_on: date | None


class Wrong(NamedTuple):
    """Why a cell is refused."""

    code: str
    message: str


def read(reader: Callable[[str], T], text: str) -> T | Wrong:
    """What `reader` makes of `text`, or why it refuses."""
    try:
        return reader(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return Wrong(str(first["type"]), message(dict(first)))
    except PydanticCustomError as error:
        return Wrong(error.type, error.message())
    except DomainError as error:
        return Wrong(error.code, error.title)


def staff_no(text: str) -> str:
    number = _staff_no.validate_python(text)
    refuse_phone_like(number)
    return number


def name(text: str) -> str:
    """A name as it is; the blanks that make two characters as wide as three (`王　芳`) go."""
    return _name.validate_python(_BLANK_IN_NAME.sub("", text))


def phone(text: str) -> str:
    return _phone.validate_python(text)


def id_number(text: str) -> str:
    return _id_number.validate_python(text)


def plain(text: str) -> str:
    """Full-width characters made plain, blanks taken out: for words that are looked up."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def stage(text: str) -> Stage:
    found = words.STAGES.get(plain(text))
    if found is None:
        raise refusal("stage_unknown", f"应为 {words.STAGE_CHOICES} 之一")
    return found


def degree(text: str) -> Degree | None:
    """The highest held; what lies below 大专 is kept as not known."""
    written = plain(text)
    if written in words.BELOW_DEGREES:
        return None
    found = words.DEGREES.get(written.lower())
    if found is None:
        raise refusal("degree_unknown", f"应为 {words.DEGREE_CHOICES} 之一")
    return found


def subject(text: str, at: Stage | None) -> str:
    """One of the subjects; a vocational school teaches trades that no list can hold."""
    written = plain(text)
    if (found := words.SUBJECTS.get(written)) is not None:
        return found
    if at is Stage.vocational:
        return _trade.validate_python(written)
    raise refusal("subject_unknown", f"应为 {words.SUBJECT_CHOICES} 之一")


def day(text: str) -> date:
    """`2014-09-01`, `2014/9/1`, `2014.9.1`, `2014年9月1日`, `20140901`, or the number of a day in Excel."""
    written = unicodedata.normalize("NFKC", text).strip()
    if _DAY_NUMBER.fullmatch(written):
        return _FIRST_DAY + timedelta(days=int(written))
    found = _DATE.fullmatch(written)
    parts = [int(part) for part in found.groups() if part is not None] if found else []
    try:
        return date(*parts)
    except (TypeError, ValueError):
        raise refusal("date", "应为 2014-09-01 这样的日期") from None


def hired_on(text: str, today: date) -> date:
    on = day(text)
    if on < _EARLIEST:
        raise refusal("date_too_early", "日期太早，请核对")
    if on > today + _AHEAD:
        raise refusal("date_too_late", "日期在一年以后，请核对")
    return on


def posts(text: str) -> tuple[NamedPost, ...]:
    """`班主任、骨干教师（2023-09-01）`; `无` and `教师` are no post."""
    written = unicodedata.normalize("NFKC", text)
    named = [_post(part.strip()) for part in _BETWEEN_POSTS.split(written) if part.strip()]
    held = {post.post: post for post in named if post is not None}
    return tuple(held[post] for post in sorted(held))


def _post(text: str) -> NamedPost | None:
    found = _POST.fullmatch(text)
    word = plain(found[1]) if found else ""
    if found is None or (word not in words.POSTS and word not in words.NO_POST):
        raise refusal("post_unknown", f"应为 {words.POST_CHOICES}，几个之间用顿号隔开，没有的写“无”")
    if word in words.NO_POST:
        return None
    return NamedPost(words.POSTS[word], day(found[2]) if found[2] else None)
