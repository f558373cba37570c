"""A whole city's roster at once: how long, and how much memory (PERFORMANCE: `import`)."""

import time
from pathlib import Path

import httpx
import pytest

from tests.make.city import CityFixture, make_city
from tests.make.people import PASSWORD, set_password
from tests.make.roster import PATH, as_csv, as_xlsx, commit, id_number, roster, row, upload
from tests.serving import Server
from xuefen.core.db import Database

SCHOOLS = ("S01", "S02", "S03", "S04", "D01")
FLOOR_SECONDS, FLOOR_MEGABYTES = 30, 500


def whole_roster(teachers: int) -> list[list[str]]:
    return roster(
        *(
            row(
                number,
                学校代码=SCHOOLS[number % len(SCHOOLS)],
                手机=f"139{number:08}",
                身份证号=id_number(number),
                岗位="班主任" if number % 3 else "",
            )
            for number in range(teachers)
        )
    )


def peak_megabytes(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


async def imported(server: Server, city: CityFixture, file: tuple[str, bytes]) -> tuple[float, float]:
    """Seconds of the check and of the commit."""
    form = {
        "grant_type": "password",
        "username": city.administrator.staff_no,
        "password": PASSWORD,
    }
    async with httpx.AsyncClient(base_url=server.url, timeout=600) as api:
        token = (await api.post("/api/v1/auth/token", data=form)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        started = time.perf_counter()
        checked = await upload(api, headers, file)
        assert checked.status_code == 201, checked.text
        between = time.perf_counter()
        committed = await commit(api, headers, checked.json()["id"])
        assert committed.status_code == 200, committed.text
        ended = time.perf_counter()
        assert (await api.get(f"{PATH}/{checked.json()['id']}", headers=headers)).json() == committed.json()
    return between - started, ended - between


async def measure(server: Server, database: Database, teachers: int, *, xlsx: bool) -> tuple[float, int]:
    city = await make_city(database)
    await set_password(database, city.administrator)
    rows = whole_roster(teachers)
    checked, committed = await imported(server, city, (as_xlsx if xlsx else as_csv)(rows))
    peak = peak_megabytes(server)
    print(
        f"\n{database.dialect}: {teachers} teachers checked in {checked:.1f} s, "
        f"committed in {committed:.1f} s, {peak} MB at most"
    )
    return checked + committed, peak


async def test_five_thousand_teachers_are_imported_at_once(server: Server, database: Database) -> None:
    await measure(server, database, 5_000, xlsx=True)


@pytest.mark.torture
@pytest.mark.parametrize("xlsx", [True, False], ids=["xlsx", "csv"])
async def test_fifty_thousand_teachers_are_imported_in_time_and_memory(
    server: Server, database: Database, xlsx: bool
) -> None:
    seconds, megabytes = await measure(server, database, 50_000, xlsx=xlsx)
    assert seconds <= FLOOR_SECONDS
    assert megabytes <= FLOOR_MEGABYTES
