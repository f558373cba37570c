"""One closing, verdict, bulletin and interview of a school, for the matrix. Nothing of them is published."""

from datetime import date
from uuid import UUID

from tests.make.organisations import Unit
from tests.make.people import Person
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.oversight.models import (
    AccountabilityInterview,
    Bulletin,
    Closing,
    ClosingKind,
    SchoolVerdict,
)

CLAUSE = "考核问责 一"


async def make_accountability(database: Database, school: Unit, clerk: Person) -> dict[str, UUID]:
    """Kind -> id."""
    ids = {kind: new_id() for kind in ("closing", "verdict", "bulletin", "interview")}
    at = {"city_id": school.city_id, "org_path": school.path}
    async with database.write() as db:
        db.add(
            Closing(
                **at,
                id=ids["closing"],
                organisation_id=school.id,
                kind=ClosingKind.year,
                label="2025年度",
                starts_on=date(2025, 1, 1),
                ends_on=date(2025, 12, 31),
                registration_until=date(2026, 1, 10),
                objection_until=date(2026, 1, 18),
                verification_until=date(2026, 1, 25),
                closing_on=date(2026, 1, 31),
                clause=CLAUSE,
                opened_by=clerk.id,
            )
        )
        await db.flush()
        db.add(
            SchoolVerdict(
                **at,
                id=ids["verdict"],
                closing_id=ids["closing"],
                school_id=school.id,
                threshold_id="school_year",
                members=2,
                below=1,
                exempt=0,
                clause=CLAUSE,
            )
        )
        db.add(
            Bulletin(
                **at,
                id=ids["bulletin"],
                organisation_id=school.id,
                closing_id=ids["closing"],
                title="通报",
                body="草稿",
                drafted_by=clerk.id,
            )
        )
        db.add(
            AccountabilityInterview(
                **at,
                id=ids["interview"],
                organisation_id=school.id,
                school_id=school.id,
                bulletins=2,
                clause=CLAUSE,
                due_on=date(2026, 12, 31),
                made_by=clerk.id,
            )
        )
    return ids
