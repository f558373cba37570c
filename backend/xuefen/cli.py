"""The `xuefen` command."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from sqlalchemy import select, text
from sqlmodel import col

from xuefen.app import create_app
from xuefen.contract import CONTRACT, contract_text
from xuefen.core import logs
from xuefen.core.db import SAFE_SQLITE, Database
from xuefen.core.garbage import collect_less_often
from xuefen.core.settings import Settings
from xuefen.core.single_writer import single_writer
from xuefen.demo.growth.size import CITY, DemoScale
from xuefen.demo.loading import load_demo
from xuefen.ledger.verification import Report, verify
from xuefen.migrate import upgrade
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.people.roster.terminal import Terminal, Upload, import_file
from xuefen.policy_commands import app as policy_app
from xuefen.terminal import complain, configured, refusals, say, with_database
from xuefen.worker import work

app = typer.Typer(help="研训学分", no_args_is_help=True, pretty_exceptions_show_locals=False)
import_app = typer.Typer(help="导入", no_args_is_help=True)
app.add_typer(import_app, name="import")
app.add_typer(policy_app, name="policy")


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    with refusals(), single_writer(configured().database_url):
        upgrade(configured().migration_url or configured().database_url)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="地址")] = None,
    port: Annotated[int | None, typer.Option(help="端口")] = None,
) -> None:
    """Serve the API and the page."""
    chosen = configured()
    logs.configure(with_messages=chosen.relaxed)
    _warn_of_old_sqlite(chosen)
    with refusals(), single_writer(chosen.database_url):
        address, number = host or chosen.host, port or chosen.port
        served = create_app(chosen)
        collect_less_often()
        say.print(f"研训学分 http://{address}:{number}")
        uvicorn.run(
            served,
            host=address,
            port=number,
            log_config=None,
            access_log=False,
            server_header=False,
        )


@app.command()
def worker() -> None:
    """Deliver the outbox and seal the ledger, beside API processes that run with no worker of their own."""
    logs.configure(with_messages=configured().relaxed)
    with refusals(), single_writer(configured().database_url):
        asyncio.run(_work())


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="只比较，不写入")] = False,
) -> None:
    """Export the contract to openapi/openapi.json, or fail when it has drifted."""
    text = contract_text(create_app(configured()))
    if not check:
        CONTRACT.write_text(text, encoding="utf-8")
        return
    if not CONTRACT.exists() or CONTRACT.read_text(encoding="utf-8") != text:
        complain.print("openapi/openapi.json 与代码不一致，请运行 make openapi 并提交")
        raise typer.Exit(1)


@app.command("verify-ledger")
def verify_ledger(
    against: Annotated[Path | None, typer.Option(help="以前保存的检查点（JSON）")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="把链头写到这个文件")] = None,
) -> None:
    """Check every entry, total and chain of the ledger; exit 1 when anything does not agree."""
    kept = json.loads(against.read_text(encoding="utf-8")) if against else {}
    with refusals():
        reports = asyncio.run(with_database(partial(_check_cities, kept=kept)))
    heads: dict[str, object] = {}
    for name, report in reports:
        heads |= report.heads
        say.print(f"{name}：明细 {report.entries} 笔，已封存 {report.sealed}，待封存 {report.unsealed}")
        for fault in report.faults:
            complain.print(f"  {fault.code} {fault.where} {fault.message}")
    if checkpoint:
        checkpoint.write_text(json.dumps(heads, indent=1), encoding="utf-8")
    if any(not report.sound for _, report in reports):
        raise typer.Exit(1)


@app.command()
def demo(
    password: Annotated[str | None, typer.Option(help="所有演示账号的密码（只用于开发）")] = None,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="把这一天当作今天")] = None,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="已有数据时什么也不做")] = False,
    scale: Annotated[
        DemoScale, typer.Option(help="usual：2000 名教师；city：600 所学校、5 万名教师、约 350 万笔学分")
    ] = DemoScale.usual,
) -> None:
    """Load the demo city and print its accounts."""
    chosen = configured()
    growth = CITY if scale is DemoScale.city else None
    with refusals(), single_writer(chosen.database_url):
        load_demo(chosen, say, password, today.date() if today else None, if_empty=if_empty, growth=growth)


@import_app.command("roster")
def import_roster(
    file: Annotated[Path, typer.Argument(help="教师名册（.xlsx 或 .csv）", exists=True, dir_okay=False)],
    city: Annotated[str | None, typer.Option(help="城市代码；只有一个城市时不用填")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不导入")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="检查无误就导入，不再询问")] = False,
) -> None:
    """Check a roster of teachers row by row, then import all of it or nothing."""
    terminal = Terminal(say, complain, may_ask=sys.stdin.isatty() and not yes)
    lock = nullcontext() if dry_run else single_writer(configured().database_url)
    with refusals(), lock:
        collect_less_often()
        upload = Upload(file.name, file.read_bytes())
        use = partial(import_file, terminal=terminal, file=upload, city_code=city, dry_run=dry_run)
        if not asyncio.run(with_database(use)):
            raise typer.Exit(1)


async def _check_cities(database: Database, kept: Mapping[str, tuple[int, str]]) -> list[tuple[str, Report]]:
    async with database.snapshot() as db:
        if database.dialect == "postgresql":
            await db.execute(text("SET LOCAL statement_timeout = '10min'"))
        cities = await db.execute(
            select(col(Organisation.id), col(Organisation.name)).where(
                col(Organisation.kind) == OrganisationKind.city
            )
        )
        return [(name, await verify(db, city_id, kept)) for city_id, name in cities.all()]


async def _work() -> None:
    await with_database(work)


def _warn_of_old_sqlite(chosen: Settings) -> None:
    if chosen.database_url.startswith("sqlite") and sqlite3.sqlite_version_info < SAFE_SQLITE:
        complain.print(
            f"SQLite {sqlite3.sqlite_version} 早于 3.51.3：本服务只用一个写连接以避开其 WAL 缺陷；"
            "正式使用请升级或改用 PostgreSQL"
        )
