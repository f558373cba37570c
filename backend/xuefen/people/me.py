"""What a signed-in person is told about the own account."""

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.people.models import User
from xuefen.people.sign_in_schemas import Me, MyBinding, MyCity, Place


async def me(db: AsyncSession, viewer: Viewer) -> Me:
    staff_no, phone_masked, must_change_password, city_name = (
        await db.execute(
            select(
                col(User.staff_no),
                col(User.phone_masked),
                col(User.must_change_password),
                col(Organisation.name),
            )
            .join(
                Organisation,
                and_(
                    col(Organisation.city_id) == col(User.city_id),
                    col(Organisation.id) == col(User.city_id),
                ),
            )
            .where(col(User.city_id) == viewer.city_id, col(User.id) == viewer.user_id)
        )
    ).one()
    return Me(
        id=viewer.user_id,
        name=viewer.name,
        staff_no=staff_no,
        phone_masked=phone_masked,
        city=MyCity(id=viewer.city_id, name=city_name),
        teacher_id=viewer.teacher_id,
        must_change_password=must_change_password,
        bindings=[_binding(binding) for binding in viewer.bindings],
    )


def _binding(binding: Binding) -> MyBinding:
    place = Place(
        id=binding.organisation_id,
        name=binding.organisation_name,
        kind=OrganisationKind(binding.kind),
        path=binding.path,
    )
    return MyBinding(role=binding.role, organisation=place)
