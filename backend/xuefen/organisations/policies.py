"""The policy in force for a unit on a day: the nearest ancestor that adopted one decides."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
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


@dataclass(frozen=True)
class Policies:
    """Every version that a city's units have adopted: `(path, from_on, sha256)`."""

    versions: tuple[tuple[str, date, str], ...]

    def at(self, org_path: str, on: date) -> PolicyInForce:
        """The version in force for the unit at `org_path` on `on`.

        The nearest ancestor decides. Before its first version that first one holds: credits of earlier
        years are judged by it. `NoPolicy` when nobody above adopted one.
        """
        above = [version for version in self.versions if org_path.startswith(version[0])]
        if not above:
            raise NoPolicy
        nearest = max((path for path, _, _ in above), key=len)
        dated = sorted((from_on, sha256) for path, from_on, sha256 in above if path == nearest)
        in_force = [version for version in dated if version[0] <= on] or dated[:1]
        from_on, sha256 = in_force[-1]
        pack, calendar = _packs[sha256]
        return PolicyInForce(pack, calendar, sha256, from_on)


async def policies_of(db: AsyncSession, city_id: UUID) -> Policies:
    """All versions of a city, packs read (each is read once per process)."""
    rows = await db.execute(
        select(col(PolicyVersion.org_path), col(PolicyVersion.from_on), col(PolicyVersion.sha256)).where(
            col(PolicyVersion.city_id) == city_id, col(PolicyVersion.state) == PolicyState.adopted
        )
    )
    versions = tuple((path, from_on, sha256) for path, from_on, sha256 in rows)
    for sha256 in {version[2] for version in versions} - _packs.keys():
        await _read(db, city_id, sha256)
    return Policies(versions)


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
        sha256=_hash(text, overrides),
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


def _hash(text: str, overrides: Mapping[str, Any]) -> str:
    canonical = text + json.dumps(overrides, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
