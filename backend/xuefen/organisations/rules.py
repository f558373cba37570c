"""What the tree of organisations allows, and which role exists where. Pure."""

from collections.abc import Mapping

from xuefen.core.errors import Conflict, FieldError, Invalid
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.roles import Role

MAX_PATH = 200

# 株教函〔2014〕29号 五: city, counties, schools; schools of the city itself (市直属) hang under the city.
# A township union (镇联校) stands between county and school (seed 000; seed 002-1).
PARENTS: Mapping[Kind, frozenset[Kind]] = {
    Kind.city: frozenset(),
    Kind.county: frozenset({Kind.city}),
    Kind.union: frozenset({Kind.county}),
    Kind.school: frozenset({Kind.city, Kind.county, Kind.union}),
    Kind.provider: frozenset({Kind.city, Kind.county, Kind.school}),
}

# An employer that is no school (进修学校, 教研室, the centre) has clerks of its own.
ROLE_PLACES: Mapping[Role, frozenset[Kind]] = {
    Role.teacher: frozenset(Kind),
    Role.school_clerk: frozenset({Kind.school, Kind.union, Kind.provider}),
    Role.county_reviewer: frozenset({Kind.county}),
    Role.city_auditor: frozenset({Kind.city}),
    Role.provider_staff: frozenset({Kind.provider}),
    Role.teacher_office: frozenset({Kind.city}),
    Role.finance: frozenset({Kind.city}),
    Role.supervisor: frozenset({Kind.city, Kind.county}),
    Role.administrator: frozenset({Kind.city, Kind.county, Kind.union, Kind.school}),
}


class WrongParent(Invalid):
    code, title = "wrong_parent", "这类机构不能设在所选的上级机构之下"


class PathTooLong(Invalid):
    code, title = "path_too_long", "机构层级的代码合计太长，请缩短代码"


class CodeTaken(Conflict):
    code, title = "code_taken", "这个机构代码已被使用"


class ParentClosed(Conflict):
    code, title = "parent_closed", "上级机构已撤销"


def child_path(kind: Kind, code: str, parent_kind: Kind, parent_path: str) -> str:
    """The path of a new organisation: its parent's with its own code; `WrongParent`, `PathTooLong`."""
    if parent_kind not in PARENTS[kind]:
        raise WrongParent(errors=[FieldError("/kind", WrongParent.code, WrongParent.title)])
    path = f"{parent_path}{code}/"
    if len(path) > MAX_PATH:
        raise PathTooLong(errors=[FieldError("/code", PathTooLong.code, PathTooLong.title)])
    return path
