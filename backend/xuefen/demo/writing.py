"""Writing the demo city into an empty database, in one transaction."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from xuefen.approvals.models import Claim, Decision
from xuefen.attendance.models import Assessment, AttendanceMark
from xuefen.demo import accounts, attending, courses, menu, off_menu, roster, tree
from xuefen.demo.city import POLICY, DemoCity
from xuefen.demo.recognised import Recorder
from xuefen.demo.rows import add_models, add_rows
from xuefen.demo.waiting import Backlog
from xuefen.enrollments.models import Enrollment
from xuefen.ledger.models import Account, LedgerEntry, Seal
from xuefen.ledger.posting import post
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import PolicyInForce, adopt, policy_for
from xuefen.people.models import DirectoryEntry, Employment, RoleBinding, Teacher, TeacherPost, User
from xuefen.platforms.granting import directory_entry
from xuefen.policy.pack import pack_text
from xuefen.programs.models import ClassRun, Program

POSTINGS_AT_ONCE = 8000
COUNTED: tuple[type[SQLModel], ...] = (
    Organisation,
    User,
    RoleBinding,
    Teacher,
    Employment,
    TeacherPost,
    Program,
    ClassRun,
    Enrollment,
    Claim,
    Decision,
    Account,
    LedgerEntry,
    Seal,
)
Tell = Callable[[str], None]
"""Told which part is being written."""


async def write(db: AsyncSession, city: DemoCity, hashed: dict[str, str], tell: Tell) -> str:
    """All of `city`; `hashed` are the passwords by staff number. Returns the platform's secret."""
    tell("机构与制度")
    policy = await _write_units(db, city)
    tell("教师与账号")
    await _write_people(db, city, hashed)
    secret = await _write_platform(db, city)
    tell("培训项目")
    await _write_courses(db, city)
    await _write_classes(db, city)
    tell("学分历史")
    await _write_history(db, city, policy, tell)
    tell("待办的学分")
    await Backlog(db, city).pile_up()
    return secret


async def _write_units(db: AsyncSession, city: DemoCity) -> PolicyInForce:
    rows = tree.organisations(city.tree)
    # One by one: a parent must stand before its children.
    for organisation in rows:
        await add_rows(db, Organisation, [organisation.model_dump()])
    version = adopt(db, rows[0], pack_text(POLICY), city.days.cycle_starts_on, city.overrides)
    version.id = city.seed.identity("policy", city.days.opening)
    version.adopted_at = city.days.opening
    await db.flush()
    return await policy_for(db, city.tree.city.id, city.tree.city.path, city.days.today)


async def _write_people(db: AsyncSession, city: DemoCity, hashed: dict[str, str]) -> None:
    planted, people, seed, days = city.tree, city.people, city.seed, city.days
    users = list(accounts.users(planted, city.staff, people, hashed, days))
    await add_rows(db, User, users)
    await add_rows(db, DirectoryEntry, accounts.directory(users))
    await add_rows(db, RoleBinding, accounts.bindings(planted, city.staff, people, seed, days))
    await add_rows(db, Teacher, roster.teachers(planted, people, seed, days))
    await add_rows(db, Employment, roster.employments(planted, people, seed, days))
    await add_rows(db, TeacherPost, roster.posts(planted, people, seed, days))


async def _write_platform(db: AsyncSession, city: DemoCity) -> str:
    platform, secret = accounts.platform(city.tree, city.seed, city.days)
    entry = directory_entry(platform.city_id, platform.id, platform.client_id)
    await add_models(db, [platform, entry])
    return secret


async def _write_courses(db: AsyncSession, city: DemoCity) -> None:
    await add_models(db, list(courses.rows_of(city.courses, city.tree, city.staff)))
    await add_rows(db, Enrollment, courses.enrollments_of(city.courses, city.tree, city.seed))


async def _write_classes(db: AsyncSession, city: DemoCity) -> None:
    planted, staff, seed = city.tree, city.staff, city.seed
    rows = menu.rows_of(city.classes, city.planner, planted, staff, off_menu.CONCLUDED)
    await add_models(db, list(rows))
    for planned in city.classes:
        states = attending.states(planned)
        enrolled = menu.enrollments_of(planned, planted, seed, city.days, states)
        await add_rows(db, Enrollment, enrolled)
        if planned.opening in off_menu.IN_CLASS:
            await add_rows(db, AttendanceMark, attending.marks(planned, planted, staff, seed, city.days))
        if planned.opening is off_menu.WITHOUT_RESULTS:
            await add_rows(db, Assessment, attending.results(planned, planted, staff, seed))


async def _write_history(db: AsyncSession, city: DemoCity, policy: PolicyInForce, tell: Tell) -> None:
    recorder = Recorder(city.tree, city.staff, city.seed, city.days, policy)
    for earned in city.earned:
        recorder.record(earned)
    await add_rows(db, Claim, recorder.claims)
    tell("审核记录")
    await add_rows(db, Decision, recorder.decisions)
    tell("学分明细")
    postings = recorder.in_order()
    for start in range(0, len(postings), POSTINGS_AT_ONCE):
        await post(db, city.tree.city.id, postings[start : start + POSTINGS_AT_ONCE])


async def renew_statistics(db: AsyncSession) -> None:
    """Tell the query planner how much there is now, table by table: it would find out only minutes later."""
    for model in COUNTED:
        await db.execute(text(f"ANALYZE {model.__tablename__}"))
