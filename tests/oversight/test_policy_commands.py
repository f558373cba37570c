"""`xuefen policy`, as an operator runs it."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.make.approvals import adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.ledger import post_all, posting
from tests.serving import COMMAND, inherited
from xuefen.cli import app
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.policy.pack import pack_keys, pack_text

TODAY = clock.today()
PLAIN = pack_text("zhuzhou-2014")
RUNNING = (
    PLAIN.replace("starts_on = 2009-01-01", "starts_on = 2020-01-01")
    .replace("ends_on = 2015-12-31", "ends_on = 2026-12-31\nrepeats = true")
    .replace("\r\n", "\n")
)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["policy", *map(str, words)], env={"COLUMNS": "200"})


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def file(text: str | bytes, name: str = "pack.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return file


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize("key", pack_keys())
def test_every_pack_of_the_product_passes_its_own_check(file: Any, key: str) -> None:
    said = run("check", file(pack_text(key)))
    assert (said.exit_code, said.stderr) == (0, "")
    assert f"（{key}）" in said.stdout
    assert "没有错误" in said.stdout


def test_faults_are_told_with_line_clause_and_remedy(file: Any) -> None:
    wrong = PLAIN.replace("cap = 12", "cap = -1").replace('starts = "09-01"', 'starts = "02-15"')
    said = run("check", file(wrong))
    assert (said.exit_code, said.stdout) == (1, "")
    assert f"第 {line_of(wrong, 'cap = -1')} 行 categories[0].worth" in said.stderr
    assert "（依据 株教函〔2014〕29号 表1·校本培训）" in said.stderr
    assert "改法：" in said.stderr
    assert "pack.toml：1 处错误" in said.stderr
    overlapping = run("check", file(PLAIN.replace('starts = "09-01"', 'starts = "02-15"')))
    assert "两学期重叠" in overlapping.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAIN.replace('clause = "株教函〔2014〕29号 五(三)1"\n', "", 1), "cycle.clause：缺少这一项"),
        (PLAIN.replace("for_completion", "for_completed", 1), "是否想写“for_completion”"),
        ("key = ", "不是有效的 TOML"),
        ("a = " + "[" * 9_000, "嵌套太深"),
        ("中".encode("gb18030"), "应为 UTF-8 编码的文本"),
    ],
)
def test_a_malformed_pack_is_refused(file: Any, text: str | bytes, words: str) -> None:
    said = run("check", file(text))
    assert said.exit_code == 1
    assert words in said.stderr


def test_a_pack_is_read_aloud_from_key_or_file(file: Any) -> None:
    said = run("show", "zhuzhou-2014")
    assert said.exit_code == 0
    assert "周期总学分：每周期满450学分；结业条件　〔株教函〔2014〕29号 五(三)1〕" in said.stdout
    assert "理解：“一个年度内”按自然年计" in said.stdout
    assert run("show", file(PLAIN)).stdout == said.stdout


def test_an_unknown_name_is_told_which_there_are() -> None:
    said = run("show", "zhuzhou-2041")
    assert said.exit_code == 1
    assert "zhuzhou-2014" in said.stderr


def test_two_packs_are_compared(file: Any) -> None:
    other = file(PLAIN.replace("credits = 450", "credits = 400"))
    said = run("diff", "zhuzhou-2014", other)
    assert said.exit_code == 0
    assert said.stdout.splitlines() == [
        "~ requirements.total.credits：450.00 -> 400.00　〔株教函〔2014〕29号 五(三)1〕",
        "1 处不同",
    ]
    assert run("diff", other, other).stdout == "没有不同\n"
    whole = run("diff", "zhuzhou-2014", "three-tier").stdout
    assert "- requirements.homeroom：{" in whole
    assert "+ " in whole


@pytest.fixture
async def city(database: Database) -> CityFixture:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    for teacher, credits in ((city.teacher, 72), (city.south_teacher, 90)):
        amount = {"credits_centi": credits * 100, "hours_centi": credits * 100, "event_on": TODAY}
        await post_all(database, teacher, posting(teacher, **amount))
    return city


@pytest.fixture
def preview(environment: dict[str, str], city: CityFixture, file: Any) -> Any:
    async def preview(text: str, *options: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            COMMAND,
            "policy",
            "preview",
            file(text),
            *options,
            env=inherited() | environment | {"COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    return preview


def cells(out: str, name: str) -> list[str]:
    """The numbers of a table's row."""
    line = next(line for line in out.splitlines() if line.strip("│ ").startswith(name))
    return [cell.strip() for cell in line.strip("│ ").split("│")][1:]


async def test_a_file_is_tried_on_a_city_and_on_a_county(preview: Any) -> None:
    text = RUNNING.replace("credits = 72", "credits = 80")
    code, out, err = await preview(text, "--city", "430200")
    assert (code, err) == (0, "")
    assert f"自 {TODAY} 起，按 {TODAY} 判断，共 6 人，另有 0 人" in out
    assert cells(out, "年度学分") == ["0", "1", "0", "5"]
    assert cells(out, "北河县") == ["4", "0", "1", "0", "0"]
    assert "新未达标 1 人次" in out
    assert "河东小学　林小满　430200T0001　年度学分　72/72学分 -> 72/80学分" in out
    code, out, _ = await preview(text, "--city", "430200", "--unit", "430204")
    assert (code, cells(out, "年度学分")) == (0, ["0", "0", "0", "1"])
    assert "新未达标 1 人次" not in out


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_preview_of_nothing_is_one_plain_line(preview: Any) -> None:
    for options, words in (
        (("--city", "999999"), "没有代码为 999999 的机构"),
        (("--city", "430200", "--unit", "S99"), "没有代码为 S99 的机构"),
    ):
        code, out, err = await preview(RUNNING, *options)
        assert (code, out, err.strip()) == (1, "", words)
    code, _, err = await preview(PLAIN, "--city", "430200")
    assert (code, err.strip()) == (1, "该日期不在本制度的继续教育周期内")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_caps_of_days_before_are_asked_with_from(
    preview: Any, database: Database, city: CityFixture
) -> None:
    may, june = date(TODAY.year, 5, 20), date(TODAY.year, 6, 30)
    school_based = {"category": "school_based", "mode": "school_based"}
    for credits, changes in ((12, school_based), (60, {})):
        amount = {"credits_centi": credits * 100, "hours_centi": credits * 100, "event_on": may}
        await post_all(database, city.neighbour, posting(city.neighbour, **amount, **changes))
    judged = ("--city", "430200", "--on", str(june))
    text = RUNNING.replace("cap = 12", "cap = 5")
    _, out, _ = await preview(text, *judged)
    assert cells(out, "年度学分")[1] == "0"
    _, out, _ = await preview(text, *judged, "--from", str(date(TODAY.year, 1, 1)))
    assert cells(out, "年度学分")[1] == "1"
    assert "72/72学分 -> 65/72学分" in out
