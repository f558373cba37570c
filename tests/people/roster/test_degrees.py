"""学历 in a roster: an optional column that raises what is known, and counts as a change."""

from collections.abc import Callable

from tests.make.city import CityFixture
from tests.make.roster import HEADER, as_csv, commit, row, upload
from tests.people.roster.conftest import Office

OfficeOf = Callable[..., Office]


async def test_a_roster_raises_the_degree_and_every_change_the_version(
    city: CityFixture, office: OfficeOf
) -> None:
    clerk = office(city.clerk)
    await clerk.bring_in(row(1, 学历="大专"), row(2, 学历=""))
    first, second = await clerk.teacher("R00001"), await clerk.teacher("R00002")
    assert (first["degree"], second["degree"]) == ("associate", None)
    await clerk.bring_in(row(1, 学历="本科"), row(2, 岗位="班主任"))
    raised, posted = await clerk.teacher("R00001"), await clerk.teacher("R00002")
    assert (raised["degree"], raised["version"]) == ("bachelor", first["version"] + 1)
    assert (len(posted["posts"]), posted["version"]) == (1, second["version"] + 1)
    await clerk.bring_in(row(1), row(2, 学历="研究生", 岗位="无"))
    kept, ended = await clerk.teacher("R00001"), await clerk.teacher("R00002")
    assert (kept["degree"], kept["version"]) == ("bachelor", raised["version"])
    assert (ended["degree"], ended["version"]) == ("master", posted["version"] + 1)


async def test_a_roster_without_the_column_is_read_as_before(city: CityFixture, office: OfficeOf) -> None:
    clerk = office(city.clerk)
    place = HEADER.index("学历")
    sheet = [[cell for number, cell in enumerate(one) if number != place] for one in (HEADER, row(1))]
    answer = await upload(clerk.api, clerk.headers, as_csv(sheet))
    assert (answer.status_code, answer.json()["can_commit"]) == (201, True)
    await commit(clerk.api, clerk.headers, answer.json()["id"])
    assert (await clerk.teacher("R00001"))["degree"] is None


async def test_the_column_goes_by_its_other_names_too(city: CityFixture, office: OfficeOf) -> None:
    clerk = office(city.clerk)
    header = ["最高学历" if name == "学历" else name for name in HEADER]
    answer = await upload(clerk.api, clerk.headers, as_csv([header, row(1, 学历="大学本科")]))
    assert answer.json()["preview"][0]["degree"] == "bachelor"


async def test_a_degree_that_is_lower_or_unknown_is_pointed_out(city: CityFixture, office: OfficeOf) -> None:
    clerk = office(city.clerk)
    await clerk.bring_in(row(1, 学历="研究生"))
    checked = await clerk.check(row(1, 学历="本科"), row(2, 学历="学霸"))
    assert {(found["row"], found["column"], found["code"]) for found in checked["errors"]} == {
        (2, "学历", "degree_lower"),
        (3, "学历", "degree_unknown"),
    }
