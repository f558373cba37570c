"""The policy in force for a unit on a day: that of the nearest ancestor which has one in force."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.db import connection_of
from xuefen.core.errors import Conflict
from xuefen.organisations.models import Organisation, PolicyState, PolicyVersion
from xuefen.policy.calendar import Calendar
from xuefen.policy.pack import Pack, apply_overrides, parse_pack


class NoPolicy(Conflict):
    code, title = "no_policy", "本市还没有启用学分制度，请联系系统管理员"


@dataclass(frozen=True)
class PolicyInForce:
    """A version of the rules: the pack with the jurisdiction's overrides, and the hash that names it."""

    pack: Pack
    calendar: Calendar
    sha256: str
    from_on: date

    @property
    def name(self) -> str:
        return self.pack.name


class Policies:
    """Every version that a city's units have adopted: `(path, from_on, sha256)`.

    It is asked once for each credit of a standing, so what holds for a unit is put in order once.
    """

    def __init__(self, versions: Iterable[tuple[str, date, str]]) -> None:
        self.versions = tuple(versions)
        self._of_unit: dict[str, tuple[PolicyInForce, ...]] = {}

    def at(self, org_path: str, on: date) -> PolicyInForce:
        """The version in force for the unit at `org_path` on `on`.

        The nearest ancestor with a version in force decides, so what a county adopts for next year changes
        nothing today. Before the first of all, that first one holds: credits of earlier years are judged by
        it. `NoPolicy` when nobody above adopted one.
        """
        versions = self.of_unit(org_path)
        latest = bisect_right(versions, on, key=lambda version: version.from_on)
        return versions[max(0, latest - 1)]

    def of_unit(self, org_path: str) -> tuple[PolicyInForce, ...]:
        """The versions that hold for the unit, each from its day on, oldest first; `NoPolicy` without one."""
        return self._of_unit.get(org_path) or self._in_order(org_path)

    def _in_order(self, org_path: str) -> tuple[PolicyInForce, ...]:
        above = sorted(
            (from_on, len(path), sha256)
            for path, from_on, sha256 in self.versions
            if org_path.startswith(path)
        )
        if not above:
            raise NoPolicy
        nearest, line = 0, dict[date, PolicyInForce]()
        for from_on, length, sha256 in above:
            if length >= nearest:
                nearest = length
                line[from_on] = PolicyInForce(*_packs[sha256], sha256, from_on)
        versions = tuple(line.values())
        self._of_unit[org_path] = versions
        return versions


async def policies_of(db: AsyncSession, city_id: UUID, stamp: str | None = None) -> Policies:
    """All versions of a city, packs read (each is read once per process).

    `stamp` is what `policy_stamp()` gave in a statement of the same transaction; as long as it stays the
    same, the answer of last time holds.
    """
    known = _policies.get(city_id)
    if known is not None and stamp is not None and known[0] == stamp:
        return known[1]
    rows = await (await connection_of(db)).execute(_VERSIONS, {"city": city_id})
    policies = Policies((path, from_on, sha256) for path, from_on, sha256 in rows)
    for sha256 in {version[2] for version in policies.versions} - _packs.keys():
        await _read(db, city_id, sha256)
    if stamp is not None:
        _policies[city_id] = (stamp, policies)
    return policies


def policy_stamp() -> ScalarSelect[Any]:
    """A column that changes whenever a version of the city `:city` is adopted or withdrawn."""
    known = (
        func.count(),
        func.max(col(PolicyVersion.adopted_at)),
        func.max(cast(col(PolicyVersion.id), String)),
    )
    number, latest, newest = (cast(value, String) for value in known)
    return select(number + literal(" ") + latest + literal(" ") + newest).where(_adopted()).scalar_subquery()


def _adopted() -> ColumnElement[bool]:
    return and_(
        col(PolicyVersion.city_id) == bindparam("city"), col(PolicyVersion.state) == PolicyState.adopted
    )


_VERSIONS = select(col(PolicyVersion.org_path), col(PolicyVersion.from_on), col(PolicyVersion.sha256)).where(
    _adopted()
)
_policies: dict[UUID, tuple[str, Policies]] = {}
"""By city, with the stamp they were read under."""


async def policy_for(db: AsyncSession, city_id: UUID, org_path: str, on: date) -> PolicyInForce:
    """The version in force for one unit on a day; see `Policies.at`."""
    return (await policies_of(db, city_id)).at(org_path, on)


def adopt(
    db: AsyncSession, organisation: Organisation, text: str, from_on: date, overrides: Mapping[str, Any]
) -> PolicyVersion:
    """Put `text` (a pack) with `overrides` in force for `organisation` from `from_on` on."""
    pack = apply_overrides(parse_pack(text), overrides)
    version = PolicyVersion(
        city_id=organisation.city_id,
        organisation_id=organisation.id,
        org_path=organisation.path,
        pack_key=pack.key,
        from_on=from_on,
        text=text,
        sha256=content_hash(text, overrides),
        overrides=dict(overrides),
        adopted_at=clock.now(),
    )
    db.add(version)
    return version


async def county_paths(db: AsyncSession, city_id: UUID) -> dict[str, tuple[UUID, str]]:
    """Path -> (id, name) of every county of the city."""
    rows = await db.execute(
        select(col(Organisation.path), col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.city_id) == city_id, col(Organisation.kind) == "county"
        )
    )
    return {path: (identity, name) for path, identity, name in rows}


_packs: dict[str, tuple[Pack, Calendar]] = {}
"""Versions by hash. A version never changes, so a cached one is never stale."""


async def _read(db: AsyncSession, city_id: UUID, sha256: str) -> None:
    row = (
        await db.execute(
            select(col(PolicyVersion.text), col(PolicyVersion.overrides))
            .where(col(PolicyVersion.city_id) == city_id, col(PolicyVersion.sha256) == sha256)
            .limit(1)
        )
    ).one()
    pack = apply_overrides(parse_pack(row.text), row.overrides)
    _packs[sha256] = (pack, pack.calendar)


def pack_of(version: PolicyVersion) -> Pack:
    """The content of a version, draft or not; `PackInvalid` where this release no longer understands a draft."""
    known = _packs.get(version.sha256)
    return known[0] if known else apply_overrides(parse_pack(version.text), version.overrides)


def content_hash(text: str, overrides: Mapping[str, Any]) -> str:
    canonical = text + json.dumps(overrides, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
