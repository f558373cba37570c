"""Who imports a roster, for which unit and in which capacity."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.audit import record
from xuefen.core.errors import FieldError, Invalid
from xuefen.organisations.roles import Role
from xuefen.organisations.service import organisation_within
from xuefen.organisations.viewer import Binding, Viewer

IMPORTERS = (Role.school_clerk, Role.county_reviewer, Role.city_auditor, Role.administrator)


class OrganisationNeeded(Invalid):
    code, title = "organisation_needed", "您在几个单位有岗位，请选择为哪个单位导入"


@dataclass(frozen=True)
class Importer:
    """`path` bounds what may be imported. `actor_id` None: the operator of the installation."""

    city_id: UUID
    actor_id: UUID | None
    capacity: Role
    organisation_id: UUID
    organisation_name: str
    path: str

    def note(self, db: AsyncSession, action: str, import_id: UUID) -> None:
        record(
            db,
            self.city_id,
            action,
            "import",
            import_id,
            actor_id=self.actor_id,
            capacity=self.capacity,
            org_path=self.path,
        )


async def importer_for(db: AsyncSession, viewer: Viewer, organisation_id: UUID | None) -> Importer:
    """`viewer` importing for a unit at or below the own ones; without an id for the own one.

    `NotFound` for a unit elsewhere, `OrganisationNeeded` where there are several.
    """
    bindings = viewer.having(IMPORTERS)
    chosen = organisation_id or _widest(bindings).organisation_id
    unit = await organisation_within(db, viewer.acting_as(*IMPORTERS), chosen)
    above = [binding for binding in bindings if unit.path.startswith(binding.path)]
    capacity = max(above, key=lambda binding: len(binding.path)).role
    return Importer(viewer.city_id, viewer.user_id, capacity, unit.id, unit.name, unit.path)


def _widest(bindings: Sequence[Binding]) -> Binding:
    """The one binding under which all others lie."""
    widest = min(bindings, key=lambda binding: len(binding.path))
    if not all(binding.path.startswith(widest.path) for binding in bindings):
        title = OrganisationNeeded.title
        raise OrganisationNeeded(errors=[FieldError("/organisation_id", OrganisationNeeded.code, title)])
    return widest
