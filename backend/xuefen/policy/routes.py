"""Who registers a claim and who audits it, step by step: 株教函〔2014〕29号 五(二) and table 1.

A category's own row decides first, then the level of the sponsor (主办, never the host), then the teacher's
school on the event date. An employer that is no school (进修学校, 教研室) is the school step of its staff; if it
hangs under the city itself it is `direct`, as a direct school is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from xuefen.core.errors import Conflict
from xuefen.policy.levels import DeliveryMode, Level, at_least
from xuefen.policy.pack import Pack, category
from xuefen.policy.pack_rows import Category

__all__ = [
    "Act",
    "DeliveryMode",
    "Level",
    "Route",
    "SchoolPlace",
    "SponsorTooLow",
    "Step",
    "Tier",
    "certificate_route",
    "registering_tier",
    "route",
    "tiers_for",
]


class SponsorTooLow(Conflict):
    code, title = "sponsor_too_low", "主办单位的层次低于该类别培训的要求"


class Tier(StrEnum):
    """The desk at which a claim stands."""

    school = "school"
    union = "union"
    county = "county"
    city = "city"


class Act(StrEnum):
    """登载, 县区审核, 市级审定: what is done to a claim at a desk."""

    register = "register"
    review = "review"
    audit = "audit"


@dataclass(frozen=True, slots=True)
class Step:
    """One desk on the way, and what is done there. The last step of a route posts."""

    tier: Tier
    act: Act


@dataclass(frozen=True, slots=True)
class SchoolPlace:
    """Where the teacher's employer hangs: under a county, or `direct`ly under the city (市直属)."""

    direct: bool = False


Route = tuple[Step, ...]

# 国家、省、市组织的培训，由市教师培训中心考核、认定、登载、审核. Two steps: the auditor is another person.
_BY_CITY: Route = (Step(Tier.city, Act.register), Step(Tier.city, Act.audit))
# 县市区组织的培训，由县市区教育局登载，市教师培训中心审核.
_BY_COUNTY: Route = (Step(Tier.county, Act.register), Step(Tier.city, Act.audit))
# 市直属学校：由学校登载，由市教师培训中心审核. There is no county between the two.
_BY_DIRECT_SCHOOL: Route = (Step(Tier.school, Act.register), Step(Tier.city, Act.audit))
# Table 1, 安全教育: 学校教研室 alone; nothing is credited, so nothing is audited.
_PARTICIPATION: Route = (Step(Tier.school, Act.register),)


def route(pack: Pack, code: str, sponsor: Level, school: SchoolPlace) -> Route:
    """The steps of a claim of category `code`, first to last.

    Refuses with `CategoryUnknown`, and with `SponsorTooLow` where table 1 asks for a higher organiser.
    """
    row = category(pack, code)
    _refuse_low_sponsor(row, sponsor)
    if row.own_route is not None:
        return _own_route(pack, row.own_route, school)
    return _route_by_sponsor(pack, sponsor, school)


def certificate_route(school: SchoolPlace) -> Route:
    """The steps of an application for the completion certificate; the school verifies the originals."""
    return _three_tiers(Tier.school, school)


def registering_tier(pack: Pack, code: str, sponsor: Level, school: SchoolPlace) -> Tier:
    """The desk whose queue a draft claim waits in."""
    return route(pack, code, sponsor, school)[0].tier


def tiers_for(act: Act, steps: Sequence[Step]) -> tuple[Tier, ...]:
    """The desks of a route that perform `act`; empty where nobody does."""
    return tuple(step.tier for step in steps if step.act is act)


def _refuse_low_sponsor(row: Category, sponsor: Level) -> None:
    # What a teacher undertakes alone has no sponsor to measure; its evidence is looked at by all three tiers.
    if sponsor is Level.self or row.organiser_at_least is None:
        return
    if not at_least(sponsor, row.organiser_at_least):
        raise SponsorTooLow()


def _own_route(pack: Pack, own: str, school: SchoolPlace) -> Route:
    if own == "city":
        return _BY_CITY
    if own == "participation":
        return _PARTICIPATION
    # The letter lets the county register what teachers bring; a direct school has none and stands in its place.
    if school.direct:
        return _BY_DIRECT_SCHOOL
    return _BY_COUNTY if pack.routes.teacher_made == "letter" else _three_tiers(Tier.school, school)


def _route_by_sponsor(pack: Pack, sponsor: Level, school: SchoolPlace) -> Route:
    if sponsor is Level.self:
        return _three_tiers(Tier.school, school)
    if at_least(sponsor, Level.city):
        return _BY_CITY
    if sponsor is Level.county:
        return _BY_COUNTY
    return _school_level(pack, sponsor, school)


def _school_level(pack: Pack, sponsor: Level, school: SchoolPlace) -> Route:
    if school.direct:
        return _BY_DIRECT_SCHOOL
    # A union's clerk registers for its schools; a direct school belongs to no union.
    registers = Tier.union if sponsor is Level.union else Tier.school
    if pack.routes.city_audit == "sample":
        return (Step(registers, Act.register), Step(Tier.county, Act.audit))
    return _three_tiers(registers, school)


def _three_tiers(registers: Tier, school: SchoolPlace) -> Route:
    if school.direct:
        return _BY_DIRECT_SCHOOL
    return (Step(registers, Act.register), Step(Tier.county, Act.review), Step(Tier.city, Act.audit))
