"""The scene of the matrix: two cities, one object of every kind in each of five places, and who asks."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from tests.isolation.accountability import make_accountability
from tests.make.approvals import adopt_policy, draft_policy, make_claim
from tests.make.city import CityFixture, make_city
from tests.make.ledger import post_all, posting
from tests.make.organisations import Unit
from tests.make.people import Person, give_post, make_user
from tests.make.programs import make_program, make_run, make_session
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.enrollments.models import Enrollment
from xuefen.exemptions.models import EthicsVeto, Exemption
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.oversight.models import Budget
from xuefen.people.models import Import, RoleBinding, TeacherPost
from xuefen.platforms.models import Platform
from xuefen.programs.states import ProgramState

OWN, OTHER_SCHOOL, OTHER_COUNTY, DIRECT, OTHER_CITY, ABSENT = (
    "own",
    "other school",
    "other county",
    "direct school",
    "other city",
    "absent",
)
BUDGET_YEAR = "2026"
PLACES = (OWN, OTHER_SCHOOL, OTHER_COUNTY, DIRECT, OTHER_CITY)


@dataclass(frozen=True)
class Target:
    """An object of some kind: its id, and what decides who may see it."""

    id: UUID
    city_id: UUID
    path: str
    teacher_id: UUID | None = None
    provider_id: UUID | None = None
    parent_id: UUID | None = None
    """The object in whose path it stands (a post's teacher, a binding's user)."""
    public: bool = False
    """Published: the whole city sees it."""


Objects = dict[str, Target]


@dataclass(frozen=True)
class Scene:
    city: CityFixture
    other: CityFixture
    objects: dict[str, Objects]
    actors: dict[str, Person]


async def make_scene(database: Database) -> Scene:
    city = await make_city(database)
    other = await make_city(database, "430900", "远山市")
    for one in (city, other):
        await adopt_policy(database, one.city)
    objects = {
        OWN: await _objects(database, city.teacher, city.clerk, city.north, city.north_provider),
        OTHER_SCHOOL: await _objects(
            database, city.neighbour, city.other_clerk, city.other_school, city.provider
        ),
        OTHER_COUNTY: await _objects(
            database, city.south_teacher, city.south_clerk, city.south, city.provider
        ),
        DIRECT: await _objects(
            database, city.direct_teacher, city.direct_clerk, city.direct_school, city.provider
        ),
        OTHER_CITY: await _objects(database, other.teacher, other.clerk, other.north, other.north_provider),
    }
    return Scene(city, other, objects, await _actors(database, city))


async def _actors(database: Database, city: CityFixture) -> dict[str, Person]:
    disabled = await make_user(database, city.school, Role.school_clerk, staff_no="430200DISABLED")
    return {
        "teacher": city.teacher,
        "school_clerk": city.clerk,
        "county_reviewer": city.north_reviewer,
        "city_auditor": city.auditor,
        "provider_staff": city.north_provider_staff,
        "teacher_office": city.teacher_office,
        "finance": city.finance,
        "supervisor": city.supervisor,
        "administrator": city.administrator,
        "county administrator": city.north_administrator,
        "disabled": disabled,
    }


async def _objects(
    database: Database, teacher: Person, clerk: Person, sponsor: Unit, provider: Unit
) -> Objects:
    """One of every kind. The program is a draft, so that nothing of it is public to the city."""
    assert teacher.teacher_id is not None
    school = teacher.unit
    claim = await make_claim(database, teacher)
    entry = posting(teacher)
    await post_all(database, teacher, entry)
    await give_post(database, teacher, "homeroom", claim.event_on)
    program = await make_program(database, provider, sponsor, state=ProgramState.draft)
    run = await make_run(database, program)
    session = await make_session(database, run)
    offer = await make_run(database, await make_program(database, provider, sponsor))
    account = await make_user(database, school, Role.finance)
    accountability = await make_accountability(database, school, clerk)
    enrollment, imported, platform = new_id(), new_id(), new_id()
    exemption, veto = await _cases(database, teacher, clerk)
    policy = await draft_policy(database, sponsor)
    city_id, path, mine = school.city_id, school.path, teacher.teacher_id
    async with database.write() as db:
        db.add(
            Enrollment(
                city_id=city_id,
                id=enrollment,
                run_id=run.id,
                program_id=program.id,
                teacher_id=mine,
                provider_id=provider.id,
                school_id=school.id,
                org_path=path,
                holder_id=city_id,
            )
        )
        db.add(_budget(school, clerk))
        db.add(
            Import(
                city_id=city_id,
                id=imported,
                organisation_id=school.id,
                org_path=path,
                sha256="0" * 64,
                rows_total=0,
                rows_wrong=0,
                rows_new=0,
                rows_changed=0,
                errors_total=0,
                warnings_total=0,
                made_by=clerk.id,
            )
        )
        db.add(
            Platform(
                city_id=city_id,
                id=platform,
                org_path=path.split("/")[0] + "/",
                name="智慧研修平台",
                client_id=str(platform),
                secret_hash="0" * 64,
            )
        )
        await db.flush()
        post = await db.scalar(select(col(TeacherPost.id)).where(col(TeacherPost.teacher_id) == mine))
        binding = await db.scalar(select(col(RoleBinding.id)).where(col(RoleBinding.user_id) == account.id))
    assert post is not None
    assert binding is not None
    personal = {"city_id": city_id, "path": path, "teacher_id": mine}
    offered = {"city_id": city_id, "path": sponsor.path, "provider_id": provider.id}
    kept = {"city_id": city_id, "path": path}
    return {
        "teacher": Target(mine, **personal),
        "post": Target(post, **personal, parent_id=mine),
        "claim": Target(claim.id, **personal),
        "entry": Target(entry.id, **personal),
        "user": Target(account.id, **kept),
        "binding": Target(binding, **kept, parent_id=account.id),
        "organisation": Target(school.id, **kept),
        "policy": Target(policy, city_id, sponsor.path),
        "exemption": Target(exemption, **personal),
        "veto": Target(veto, **personal),
        "closing": Target(accountability["closing"], **kept, public=True),
        "verdict": Target(accountability["verdict"], **kept),
        "bulletin": Target(accountability["bulletin"], **kept),
        "interview": Target(accountability["interview"], **kept),
        "import": Target(imported, **kept),
        "platform": Target(platform, city_id, path.split("/")[0] + "/"),
        "program": Target(program.id, **offered),
        "run": Target(run.id, **offered),
        "offer": Target(offer.id, **offered, public=True),
        "session": Target(session, **offered),
        "enrollment": Target(
            enrollment, city_id=city_id, path=path, teacher_id=mine, provider_id=provider.id
        ),
    }


async def _cases(database: Database, teacher: Person, clerk: Person) -> tuple[UUID, UUID]:
    """An exemption that waits and a veto in force."""
    exemption, veto = new_id(), new_id()
    city = teacher.unit.path.split("/")[0] + "/"
    theirs = {"city_id": teacher.city_id, "teacher_id": teacher.teacher_id, "org_path": teacher.unit.path}
    days = {"from_on": date(2020, 1, 1), "until_on": date(2199, 12, 31)}
    async with database.write() as db:
        case = {"kind": "sick_leave", "evidence": "病假条", "desk_path": city, "proposed_by": clerk.id}
        db.add(Exemption(id=exemption, **theirs, **days, **case))
        document = {"document_no": "教通〔2020〕1号", "authority_path": city, "recorded_by": clerk.id}
        db.add(EthicsVeto(id=veto, **theirs, **days, **document))
    return exemption, veto


def _budget(school: Unit, clerk: Person) -> Budget:
    return Budget(
        city_id=school.city_id,
        organisation_id=school.id,
        org_path=school.path,
        year=int(BUDGET_YEAR),
        public_funds_fen=10_000,
        payroll_fen=20_000,
        training_fen=400,
        reported_by=clerk.id,
    )


def is_foreign(actor: Person, target: Target) -> bool:
    """Written down apart from the product's own rule: the actor has nothing to do with the object."""
    if target.city_id != actor.city_id:
        return True
    if target.public:
        return False
    if actor.role in UNIT_READERS and target.path.startswith(actor.unit.path):
        return False
    if actor.teacher_id is not None and target.teacher_id == actor.teacher_id:
        return False
    works_there = actor.role is Role.provider_staff and target.provider_id == actor.unit.id
    return not works_there
