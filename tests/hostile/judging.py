"""What must be true of every answer to a bad request, and of the database after it."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, Table, func, literal, select, union_all
from sqlmodel import SQLModel

from tests.hostile.contract import Place
from tests.hostile.values import CANARY
from tests.hostile.wire import PROBLEM, Answer
from xuefen.core.db import Database

MEMBERS = {
    "type": str,
    "title": str,
    "status": int,
    "detail": str,
    "instance": str,
    "code": str,
    "errors": list,
}
GOOD_ITEM = frozenset({"accepted", "duplicate"})
WRITTEN_BY_REFUSALS = frozenset({"audit_events", "sign_in_throttles"})


def complaint(place: Place | None, answer: Answer, *, never: bool) -> str | None:
    """What is wrong with `answer`, or None. `never`: it had to be a refusal."""
    if answer.status >= 500:
        return f"a server error, {answer.status}"
    if answer.status < 400:
        return _accepted(place, answer, never)
    if CANARY in answer.text:
        return "the answer repeats what was sent"
    return _no_problem(answer) or _undeclared(place, answer)


def _accepted(place: Place | None, answer: Answer, never: bool) -> str | None:
    if place is None or answer.status not in place.statuses:
        return f"the contract does not say {answer.status}"
    if not never:
        return None
    return _items(answer) if place.id == "sync_completions" else f"it was accepted, {answer.status}"


def _items(answer: Answer) -> str | None:
    """A batch of completions is answered item by item: 200, and each bad one refused in its place."""
    for item in answer.json()["items"]:
        if item["status"] in GOOD_ITEM:
            return f"an item was accepted: {item['status']}"
        if CANARY in str(item["problem"]):
            return "the item's problem repeats what was sent"
    return None


def _no_problem(answer: Answer) -> str | None:
    if answer.headers.get("content-type") != PROBLEM:
        return f"no problem document but {answer.headers.get('content-type')}"
    try:
        document = json.loads(answer.body)
    except ValueError:
        return "the problem is no JSON"
    wrong = [name for name, kind in MEMBERS.items() if not isinstance(document.get(name), kind)]
    if wrong:
        return f"the problem lacks {wrong}"
    if document["status"] != answer.status:
        return "the problem names another status"
    if document["code"] == "invalid" and not document["errors"]:
        return "it does not say which field is wrong"
    return None


def _undeclared(place: Place | None, answer: Answer) -> str | None:
    """A refusal before the operation was reached, or of another that a bad address led to, is not its own."""
    document = answer.json()
    if place is None or document["instance"] != place.template or answer.status in place.statuses:
        return None
    return f"the contract does not say {answer.status} {document['code']}"


async def contents(database: Database) -> Mapping[str, tuple[int, int]]:
    """How many rows each table holds, and the sum of their versions: both change with whatever is written."""
    counts = [
        _count(table) for table in SQLModel.metadata.sorted_tables if table.name not in WRITTEN_BY_REFUSALS
    ]
    async with database.read() as db:
        found = await db.execute(union_all(*counts))
        return {row[0]: (row[1], int(row[2])) for row in found}


def _count(table: Table) -> Select[*tuple[Any, ...]]:
    versions = func.coalesce(func.sum(table.c.version), 0) if "version" in table.c else literal(0)
    return select(literal(table.name), func.count(), versions).select_from(table)
