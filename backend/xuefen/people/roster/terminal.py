"""Importing a roster from the command line: a progress bar, the errors as a table, a question at most.

The operator of the installation acts as the city's administrator; the trail names no account.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.prompt import Confirm
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.errors import Invalid, NotFound
from xuefen.core.ids import new_id
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.roles import Role
from xuefen.people.roster import checking, committing, storing
from xuefen.people.roster.checking import Checked
from xuefen.people.roster.findings import Findings
from xuefen.people.roster.importer import Importer

_SHOWN = 100


class CityNeeded(Invalid):
    code, title = "city_needed", "请用 --city 指定城市"


@dataclass(frozen=True)
class Upload:
    """A file as it was read; the name tells of what kind it is."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Terminal:
    """Where to write, and whether a question may be asked before committing."""

    say: Console
    complain: Console
    may_ask: bool

    def agrees(self, question: str) -> bool:
        return not self.may_ask or Confirm.ask(question, console=self.say, default=False)


async def import_file(
    database: Database, terminal: Terminal, file: Upload, city_code: str | None, *, dry_run: bool
) -> bool:
    """Check `file` and, unless anything is wrong or it is a dry run, import it. Whether all was well."""
    async with database.read() as db:
        operator = await _operator(db, city_code)
    with _progress(terminal.say) as tell:
        checked = await checking.check(database, operator, file.data, file.name, clock.today(), tell)
    _tell_outcome(terminal, operator, checked)
    if checked.errors.total or dry_run:
        return not checked.errors.total
    if not terminal.agrees("导入？"):
        terminal.say.print("什么也没有导入")
        return False
    with _progress(terminal.say) as tell:
        await _commit(database, operator, storing.digest(file.data), checked, tell)
    terminal.say.print(f"已导入：新增 {len(checked.plan.new)} 人，更改 {len(checked.plan.changes)} 人")
    return True


async def _operator(db: AsyncSession, city_code: str | None) -> Importer:
    """The administrator of the city with this code, or of the only city."""
    rows = await db.execute(
        select(
            col(Organisation.city_id), col(Organisation.code), col(Organisation.name), col(Organisation.path)
        )
        .where(col(Organisation.kind) == OrganisationKind.city)
        .order_by(col(Organisation.code))
    )
    cities = rows.all()
    chosen = [city for city in cities if city_code in (None, city.code)]
    if not chosen:
        raise NotFound(f"没有代码为 {city_code} 的城市" if city_code else "还没有城市，请先建立机构")
    if len(chosen) > 1:
        listed = "、".join(f"{city.code} {city.name}" for city in chosen)
        raise CityNeeded(f"{CityNeeded.title}：{listed}")
    (city,) = chosen
    return Importer(city.city_id, None, Role.administrator, city.city_id, city.name, city.path)


async def _commit(
    database: Database, operator: Importer, sha256: str, checked: Checked, tell: checking.Progress
) -> None:
    """Keep the import for the record and commit it, in one transaction."""
    import_id, now = new_id(), clock.now()
    prepared = committing.prepare(storing.kept(checked), clock.office_date(now))

    async def work(db: AsyncSession) -> None:
        await storing.keep(db, operator, import_id, sha256, checked, None, now)
        await committing.commit(db, operator, import_id, prepared, now, tell)

    await database.transact(work)


@contextmanager
def _progress(say: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each thing that is done; nothing where no terminal shows it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=say, disable=not say.is_terminal) as bars:
        known = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=total)
            bars.update(known[what], completed=done, total=total)

        yield tell


def _tell_outcome(terminal: Terminal, operator: Importer, checked: Checked) -> None:
    new, changed = len(checked.plan.new), len(checked.plan.changes)
    wrong = len(checked.errors.rows)
    same = len(checked.plan.rows) - new - changed
    counted = f"共 {checked.total} 行：新增 {new}，更改 {changed}，不变 {same}，有错 {wrong}"
    terminal.say.print(f"{escape(operator.organisation_name)}　{counted}")
    _tell_findings(terminal.say, "请核对", checked.plan.warnings)
    _tell_findings(terminal.complain, "有错，什么也没有导入；请改正后重新导入", checked.errors)


def _tell_findings(console: Console, title: str, findings: Findings) -> None:
    if not findings.total:
        return
    table = Table(title=title, title_justify="left")
    table.add_column("行", justify="right")
    table.add_column("列", no_wrap=True)
    table.add_column("说明")
    shown = list(findings)[:_SHOWN]
    for found in shown:
        table.add_row(str(found.row), found.column.value, found.message)
    console.print(table)
    if findings.total > len(shown):
        console.print(f"还有 {findings.total - len(shown)} 处")
