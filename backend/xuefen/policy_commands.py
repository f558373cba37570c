"""`xuefen policy`: check a pack, read it, compare two, and preview what one would do to real people."""

import asyncio
import json
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.table import Table

from xuefen.core import clock
from xuefen.core.errors import Invalid, NotFound
from xuefen.organisations.policies import PolicyInForce, content_hash
from xuefen.oversight.preview import Preview, Question, Who
from xuefen.oversight.preview_rules import Figure, Names, Turn
from xuefen.oversight.preview_terminal import preview_pack
from xuefen.policy.diff import Change, ChangeKind, differences
from xuefen.policy.pack import Pack, PackInvalid, pack_keys, pack_text, parse_pack
from xuefen.policy.telling import told
from xuefen.policy.units import short_text
from xuefen.policy.vocabulary import UNIT_NAMES
from xuefen.terminal import complain, refusals, say, with_database

app = typer.Typer(help="制度", no_args_is_help=True)
PackFile = Annotated[Path, typer.Argument(help="制度文件（TOML）", exists=True, dir_okay=False)]
KeyOrFile = Annotated[str, typer.Argument(help="自带制度的名称，或制度文件")]


class NotText(Invalid):
    code, title = "not_text", "制度文件应为 UTF-8 编码的文本"


@app.command()
def check(file: PackFile) -> None:
    """Find every fault of a pack: where, by which clause, and how to mend it; exit 1 when there is one."""
    with refusals():
        text = _read(file)
    try:
        pack = parse_pack(text)
    except PackInvalid as error:
        for fault in error.errors:
            complain.print(fault.message, markup=False, soft_wrap=True)
        complain.print(f"{file.name}：{len(error.errors)} 处错误")
        raise typer.Exit(1) from error
    say.print(
        f"{pack.name}（{pack.key}）：类别 {len(pack.categories)} 个，要求 {len(pack.requirements)} 条，"
        f"问责 {len(pack.thresholds)} 条，职责 {len(pack.duties)} 项，没有错误",
        highlight=False,
    )


@app.command()
def show(policy: KeyOrFile) -> None:
    """Read a pack aloud, each line with its clause."""
    with refusals():
        pack = _pack(policy)
    say.print(f"{pack.name}（{pack.key}）　{pack.source}", markup=False, highlight=False)
    for section in told(pack):
        say.print(f"\n[bold]{section.title}[/bold]")
        for line in section.lines:
            _line(f"  {line.text}　〔{line.clause}〕")
            if line.reading:
                _line(f"    理解：{line.reading}")


@app.command()
def diff(a: KeyOrFile, b: KeyOrFile) -> None:
    """What changes from one pack to another, by the names of rows."""
    with refusals():
        changes = differences(_pack(a), _pack(b))
    for change in changes:
        _line(_change(change))
    say.print(f"{len(changes)} 处不同" if changes else "没有不同", highlight=False)


@app.command()
def preview(
    file: PackFile,
    city: Annotated[str, typer.Option(help="城市代码")],
    unit: Annotated[str | None, typer.Option(help="县区或学校的代码；不填为全市")] = None,
    from_on: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="从这一天起施行；不填为判断之日")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="按这一天判断；不填为今天")
    ] = None,
) -> None:
    """Who would newly meet or miss what if a unit adopted this file, in numbers and by name."""
    with refusals():
        text = _read(file)
        pack = parse_pack(text)
        judged_on = on.date() if on else clock.today()
        version = PolicyInForce(pack, pack.calendar, content_hash(text, {}), _first_day(from_on, judged_on))
        columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=say, disable=not say.is_terminal, transient=True) as bars:
            task = bars.add_task("预演", total=None)
            use = partial(
                preview_pack,
                version=version,
                city_code=city,
                unit_code=unit,
                on=judged_on,
                tell=lambda done, total: bars.update(task, completed=done, total=total),
            )
            question, found = asyncio.run(with_database(use))
    _tell_preview(question, found)


def _first_day(from_on: datetime | None, on: date) -> date:
    """A day to come is brought forward to the day judged, or the change would not be seen at work."""
    return min(from_on.date(), on) if from_on else on


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText from error


def _pack(name: str) -> Pack:
    """A pack that comes with the product, or a file; a key comes first."""
    if name in pack_keys():
        return parse_pack(pack_text(name))
    if not Path(name).is_file():
        raise NotFound(f"没有文件 {name}，也没有这套自带制度；自带的有 {'、'.join(pack_keys())}")
    return parse_pack(_read(Path(name)))


def _line(text: str) -> None:
    say.print(text, markup=False, highlight=False, soft_wrap=True)


def _change(change: Change) -> str:
    clause = f"　〔{change.clause}〕" if change.clause else ""
    match change.kind:
        case ChangeKind.added:
            return f"+ {change.path}：{_value(change.after)}{clause}"
        case ChangeKind.removed:
            return f"- {change.path}：{_value(change.before)}{clause}"
        case ChangeKind.changed:
            return f"~ {change.path}：{_value(change.before)} -> {_value(change.after)}{clause}"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tell_preview(question: Question, preview: Preview) -> None:
    effects, version = preview.effects, question.version
    _line(
        f"{question.unit.name}：{version.name}，自 {version.from_on} 起，按 {question.on} 判断，"
        f"共 {effects.people} 人，另有 {preview.own_rules} 人适用本县区自己的制度"
    )
    _table(
        ("要求", "新达标", "新未达标", "不再要求", "不变"),
        [[one.name, *(one.turns[turn] for turn in Turn)] for one in effects.requirements.values()],
    )
    _table(
        ("单位", "人数", "新达标", "新未达标", "新结业", "不再结业"),
        [[preview.units[path][1], *vars(effects.units[path]).values()] for path in sorted(preview.units)],
    )
    for title, names in (
        ("新达标", effects.newly_met),
        ("新未达标", effects.newly_missed),
        ("新达到结业条件", effects.newly_complete),
        ("不再达到结业条件", effects.no_longer_complete),
    ):
        _tell_names(title, names)


def _table(titles: tuple[str, ...], rows: list[list[Any]]) -> None:
    table = Table(*titles)
    for row in rows:
        table.add_row(*map(str, row))
    if rows:
        say.print(table)


def _tell_names(title: str, names: Names[Who]) -> None:
    if not names.total:
        return
    _line(f"{title} {names.total} 人次")
    for who, judged in names.items:
        figures = f"{_figure(judged.before)} -> {_figure(judged.after)}"
        _line(f"  {who.school_name}　{who.name}　{who.staff_no}　{judged.name}　{figures}")
    if names.total > len(names.items):
        _line(f"  还有 {names.total - len(names.items)} 人次")


def _figure(figure: Figure | None) -> str:
    if figure is None or figure.required_centi is None:
        return "不要求"
    counted, required = short_text(figure.counted_centi), short_text(figure.required_centi)
    return f"{counted}/{required}{UNIT_NAMES[figure.unit]}"
