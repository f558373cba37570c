"""Use cases of the rules of a city or county: draft, check, adopt, withdraw, read, compare."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import record
from xuefen.core.errors import FieldError, NotFound, PreconditionFailed
from xuefen.core.etag import Expected
from xuefen.core.page import Page
from xuefen.core.repeats import request_hash, require_same
from xuefen.organisations import policy_queries as queries
from xuefen.organisations import policy_rules as rules
from xuefen.organisations.models import PolicyState, PolicyVersion
from xuefen.organisations.policies import Policies, content_hash, pack_of, policies_of
from xuefen.organisations.policy_schemas import (
    ChangeOut,
    DiffOut,
    FaultOut,
    PolicyCheckIn,
    PolicyCheckOut,
    PolicyDetail,
    PolicyIn,
    PolicyOut,
    PolicyQuery,
    PolicySummary,
)
from xuefen.organisations.queries import organisation_within
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.policy.diff import differences
from xuefen.policy.pack import Pack, PackInvalid, apply_overrides, pack_text, parse_pack


async def list_policies(db: AsyncSession, viewer: Viewer, query: PolicyQuery) -> Page[PolicyOut]:
    statement = queries.BY_UNIT.select(queries.filtered(viewer, query), query)
    rows, token = queries.BY_UNIT.cut((await db.execute(statement)).all(), query, lambda row: _key(row[0]))
    days = await queries.first_days(db, viewer.city_id, [version.organisation_id for version, _ in rows])
    policies, today = await policies_of(db, viewer.city_id), clock.today()
    items = [
        PolicyOut(**_head(version, name, days[version.organisation_id], policies, today))
        for version, name in rows
    ]
    return Page(items=items, next_page_token=token)


async def read_policy(db: AsyncSession, viewer: Viewer, policy_id: UUID) -> PolicyDetail:
    version, name = await queries.named_within(db, viewer, policy_id)
    return await _described(db, version, name)


async def compare_policies(db: AsyncSession, viewer: Viewer, policy_id: UUID, against: UUID) -> DiffOut:
    """What changes from `against` to the policy."""
    after = pack_of(await queries.policy_within(db, viewer, policy_id))
    before = pack_of(await queries.policy_within(db, viewer, against))
    return DiffOut(changes=[ChangeOut.model_validate(one) for one in differences(before, after)])


async def check_policy(body: PolicyCheckIn) -> PolicyCheckOut:
    """Every fault of a text, told to its author."""
    try:
        pack = await asyncio.to_thread(_laid_together, body.text, body.overrides)
    except PackInvalid as error:
        faults = [
            FaultOut(path=fault.pointer.strip("/").replace("/", "."), code=fault.code, message=fault.message)
            for fault in error.errors
        ]
        return PolicyCheckOut(faults=faults, summary=None)
    return PolicyCheckOut(faults=[], summary=_summary(pack))


async def draft_policy(db: AsyncSession, viewer: Viewer, body: PolicyIn) -> tuple[PolicyDetail, bool]:
    """The draft, and whether it is new. A retry gives it as it stands."""
    known = await queries.by_id(db, viewer.city_id, body.id)
    if known is not None:
        require_same(known.request_hash, body)
        return await read_policy(db, viewer, body.id), False
    unit = await organisation_within(db, viewer.acting_as(Role.administrator), body.organisation_id)
    rules.may_draft(unit.kind)
    text = pack_text(body.pack_key) if body.pack_key is not None else body.text or ""
    version = PolicyVersion(
        city_id=viewer.city_id,
        id=body.id,
        organisation_id=unit.id,
        org_path=unit.path,
        pack_key=_faultless(text, body).key,
        from_on=body.from_on,
        text=text,
        sha256=content_hash(text, body.overrides),
        overrides=body.overrides,
        state=PolicyState.draft,
        request_hash=request_hash(body),
    )
    db.add(version)
    _note(db, viewer, "policy.drafted", version)
    await db.flush()
    return await _described(db, version, unit.name), True


async def adopt_policy(db: AsyncSession, viewer: Viewer, policy_id: UUID, expected: Expected) -> PolicyDetail:
    """Put a draft in force from its first day on."""
    version, name = await _kept_by(db, viewer, policy_id)
    expected.check(version.version)
    if version.state is not PolicyState.draft:
        raise rules.NotADraft
    days = await queries.first_days(db, viewer.city_id, [version.organisation_id])
    rules.may_adopt(version.from_on, clock.today(), days[version.organisation_id])
    pack_of(version)
    changes = {"state": PolicyState.adopted, "adopted_at": clock.now(), "adopted_by": viewer.user_id}
    await _move(db, version, changes)
    _note(db, viewer, "policy.adopted", version)
    return await _described(db, version, name)


async def withdraw_policy(
    db: AsyncSession, viewer: Viewer, policy_id: UUID, expected: Expected
) -> PolicyDetail:
    """Take back a draft, or an adopted version before it decides about anybody."""
    version, name = await _kept_by(db, viewer, policy_id)
    expected.check(version.version)
    today = clock.today()
    policies = await policies_of(db, viewer.city_id)
    rules.may_withdraw(version.state, version.from_on, today, holds=_holds(version, policies, today))
    await _move(db, version, {"state": PolicyState.withdrawn})
    _note(db, viewer, "policy.withdrawn", version)
    return await _described(db, version, name)


async def _kept_by(db: AsyncSession, viewer: Viewer, policy_id: UUID) -> tuple[PolicyVersion, str]:
    """A version of a unit that `viewer` administers; what everyone may read, not everyone may change."""
    version, name = await queries.named_within(db, viewer, policy_id)
    if not viewer.covers(version.org_path, Role.administrator):
        raise NotFound
    return version, name


async def _move(db: AsyncSession, version: PolicyVersion, changes: Mapping[str, Any]) -> None:
    """Change the state that was seen, or refuse because somebody else was first."""
    seen = (
        col(PolicyVersion.city_id) == version.city_id,
        col(PolicyVersion.id) == version.id,
        col(PolicyVersion.version) == version.version,
    )
    raised = update(PolicyVersion).where(*seen).values(**changes, version=version.version + 1)
    if await db.scalar(raised.returning(col(PolicyVersion.id))) is None:
        raise PreconditionFailed
    await db.refresh(version)


def _laid_together(text: str, overrides: Mapping[str, Any]) -> Pack:
    return apply_overrides(parse_pack(text), overrides)


def _faultless(text: str, body: PolicyIn) -> Pack:
    """The pack of a draft. Its faults are told by `check_policy`, because a refusal repeats nothing of a body."""
    try:
        pack = parse_pack(text)
    except PackInvalid as error:
        raise _to_be_checked(error, "/text") from None
    try:
        return apply_overrides(pack, body.overrides)
    except PackInvalid as error:
        raise _to_be_checked(error, "/overrides") from None


def _to_be_checked(error: PackInvalid, pointer: str) -> PackInvalid:
    message = f"有 {len(error.errors)} 处错误，请先检查"
    return PackInvalid(errors=[FieldError(pointer, PackInvalid.code, message)])


async def _described(db: AsyncSession, version: PolicyVersion, organisation_name: str) -> PolicyDetail:
    days = (await queries.first_days(db, version.city_id, [version.organisation_id]))[version.organisation_id]
    pack, policies = pack_of(version), await policies_of(db, version.city_id)
    return PolicyDetail(
        **_head(version, organisation_name, days, policies, clock.today()),
        name=pack.name,
        source=pack.source,
        sha256=version.sha256,
        text=version.text,
        overrides=version.overrides,
        content=pack.model_dump(mode="json"),
    )


def _head(
    version: PolicyVersion, organisation_name: str, days: list[date], policies: Policies, today: date
) -> dict[str, Any]:
    withdrawn = version.state is PolicyState.withdrawn
    return {
        **{name: getattr(version, name) for name in _PLAIN},
        "organisation_name": organisation_name,
        "until_on": None if withdrawn else rules.until(version.from_on, days),
        "holds": _holds(version, policies, today),
    }


_PLAIN = (
    "id",
    "organisation_id",
    "pack_key",
    "state",
    "from_on",
    "made_at",
    "adopted_at",
    "version",
)


def _holds(version: PolicyVersion, policies: Policies, today: date) -> bool:
    """Whether it decides about its unit today, be it for want of an earlier one."""
    if version.state is not PolicyState.adopted:
        return False
    now = policies.at(version.org_path, today)
    return (now.from_on, now.sha256) == (version.from_on, version.sha256)


def _key(version: PolicyVersion) -> tuple[str, date, UUID]:
    return version.org_path, version.from_on, version.id


def _summary(pack: Pack) -> PolicySummary:
    return PolicySummary(
        key=pack.key,
        name=pack.name,
        categories=len(pack.categories),
        requirements=len(pack.requirements),
        thresholds=len(pack.thresholds),
        duties=len(pack.duties),
    )


def _note(db: AsyncSession, viewer: Viewer, action: str, version: PolicyVersion) -> None:
    record(
        db,
        viewer.city_id,
        action,
        "policy",
        version.id,
        actor_id=viewer.user_id,
        capacity=Role.administrator,
        org_path=version.org_path,
    )
