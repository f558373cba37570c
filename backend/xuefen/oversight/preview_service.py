"""The use case of a preview: which version, for whom, and the answer as it crosses HTTP."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core import clock
from xuefen.core.errors import Conflict, FieldError, Invalid
from xuefen.organisations.access import Bulk
from xuefen.organisations.models import Organisation, PolicyVersion
from xuefen.organisations.policies import Policies, PolicyInForce, pack_of, policies_of
from xuefen.organisations.policy_queries import policy_within
from xuefen.organisations.policy_states import PolicyState
from xuefen.organisations.queries import by_id, organisation_within
from xuefen.organisations.roles import Role
from xuefen.organisations.scope import visible
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.preview import MOST_PEOPLE, Preview, Question, Who, previewed
from xuefen.oversight.preview_rules import Figure, Judged, Names, OfRequirement, Turn
from xuefen.oversight.preview_schemas import (
    PreviewedPolicy,
    PreviewedUnit,
    PreviewFigure,
    PreviewIn,
    PreviewName,
    PreviewNames,
    PreviewOut,
    PreviewRequirement,
    PreviewUnitCount,
)
from xuefen.people.models import Teacher

PREVIEWERS = (Role.administrator, Role.city_auditor, Role.county_reviewer)


class NotToCome(Conflict):
    code, title = "policy_not_to_come", "只能预演草案和尚未生效的制度"


class UnitUntouched(Invalid):
    code, title = "unit_untouched", "所选单位不在这份制度的适用范围内"


async def preview_policy(caller: Bulk, policy_id: UUID, body: PreviewIn) -> PreviewOut:
    """What a draft, or a version that is not yet in force, would do to people in the caller's scope."""
    async with caller.database.read() as db:
        viewer = await caller.load(db, caller.who)
        viewer.require(caller.roles)
        version = await policy_within(db, viewer, policy_id)
        question = await _question(db, viewer.acting_as(*PREVIEWERS), version, body)
    return _answer(version, question, await previewed(caller.database, question, most=MOST_PEOPLE))


async def _question(db: AsyncSession, viewer: Viewer, version: PolicyVersion, body: PreviewIn) -> Question:
    unit = await _unit(db, viewer, version, body.organisation_id)
    today = clock.today()
    if version.state is PolicyState.withdrawn or (
        version.state is PolicyState.adopted and version.from_on <= today
    ):
        raise NotToCome
    on = body.on or today
    from_on = min(body.from_on or version.from_on, on)
    pack = pack_of(version)
    return Question(
        city_id=viewer.city_id,
        unit=unit,
        seen=visible(Teacher, viewer),
        path=version.org_path,
        present=_without(await policies_of(db, viewer.city_id), version),
        version=PolicyInForce(pack, pack.calendar, version.sha256, from_on),
        on=on,
    )


async def _unit(
    db: AsyncSession, viewer: Viewer, version: PolicyVersion, organisation_id: UUID | None
) -> Organisation:
    chosen: Organisation | None
    if organisation_id is not None:
        chosen = await organisation_within(db, viewer, organisation_id)
    else:
        # Seen or not: of its people only those in scope are judged.
        chosen = await by_id(db, viewer.city_id, version.organisation_id)
    if chosen is None or not chosen.path.startswith(version.org_path):
        raise UnitUntouched(errors=[FieldError("/organisation_id", UnitUntouched.code, UnitUntouched.title)])
    return chosen


def _without(policies: Policies, version: PolicyVersion) -> Policies:
    """What is in force without an adopted version that is to come."""
    if version.state is not PolicyState.adopted:
        return policies
    own = (version.org_path, version.from_on)
    return Policies(one for one in policies.versions if one[:2] != own)


def _answer(version: PolicyVersion, question: Question, preview: Preview) -> PreviewOut:
    effects, in_force = preview.effects, question.version
    requirements = dict(effects.requirements)
    completion = requirements.pop(None, None)
    return PreviewOut(
        policy=PreviewedPolicy(id=version.id, name=in_force.name, from_on=version.from_on),
        organisation=PreviewedUnit(id=question.unit.id, name=question.unit.name),
        on=question.on,
        from_on=in_force.from_on,
        people=effects.people,
        own_rules=preview.own_rules,
        requirements=[_requirement(key, one) for key, one in requirements.items()],
        completion=_requirement(None, completion) if completion else None,
        newly_met=_names(effects.newly_met),
        newly_missed=_names(effects.newly_missed),
        newly_complete=_names(effects.newly_complete),
        no_longer_complete=_names(effects.no_longer_complete),
        units=[
            PreviewUnitCount(organisation_id=identity, name=name, **vars(effects.units[path]))
            for path, (identity, name) in sorted(preview.units.items())
        ],
    )


def _requirement(identity: str | None, one: OfRequirement) -> PreviewRequirement:
    counts: dict[str, Any] = {turn.value: one.turns[turn] for turn in Turn}
    return PreviewRequirement(id=identity, name=one.name, clause=one.clause, **counts)


def _names(names: Names[Who]) -> PreviewNames:
    return PreviewNames(total=names.total, items=[_name(who, judged) for who, judged in names.items])


def _name(who: Who, judged: Judged) -> PreviewName:
    return PreviewName(
        teacher_id=who.teacher_id,
        name=who.name,
        staff_no=who.staff_no,
        school_name=who.school_name,
        requirement=judged.requirement,
        requirement_name=judged.name,
        before=_figure(judged.before),
        after=_figure(judged.after),
    )


def _figure(figure: Figure | None) -> PreviewFigure | None:
    if figure is None:
        return None
    return PreviewFigure(
        required=figure.required_centi, counted=figure.counted_centi, unit=figure.unit, met=figure.met
    )
