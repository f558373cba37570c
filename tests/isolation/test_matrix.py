"""Every role x every operation of the contract x objects in every place: 0 leaks, and how many cells.

403 where no binding permits the operation; 404 with one and the same body where the object is foreign or
absent. An operation that `operations.py` does not classify fails.
"""

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col

from tests.isolation.operations import OPERATIONS, Operation
from tests.isolation.scene import ABSENT, BUDGET_YEAR, OWN, PLACES, Scene, is_foreign, make_scene
from tests.make.people import Person, bearer
from xuefen.core.db import Database
from xuefen.core.tokens import Audience
from xuefen.people.models import User, UserStatus

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is refused before any row is read: the database makes no difference."""
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
async def scene(database: Database) -> Scene:
    scene = await make_scene(database)
    off = update(User).where(col(User.id) == scene.actors["disabled"].id)
    async with database.write() as db:
        await db.execute(off.values(status=UserStatus.disabled))
    return scene


def contract(app: FastAPI) -> dict[str, tuple[str, str]]:
    """operation_id -> (method, path)."""
    paths = app.openapi()["paths"]
    return {
        item[method]["operationId"]: (method.upper(), path)
        for path, item in paths.items()
        for method in METHODS
        if method in item
    }


@ONE_DATABASE
def test_every_operation_is_classified(app: FastAPI):
    assert set(contract(app)) == set(OPERATIONS)


class Asker:
    """Asks one operation as somebody about some object."""

    def __init__(self, app: FastAPI, api: httpx.AsyncClient, scene: Scene) -> None:
        self.app, self.api, self.scene = app, api, scene
        self.places = contract(app)
        self.operations = {name: one for name, one in OPERATIONS.items() if name in self.places}
        self.cells: Counter[str] = Counter()

    async def ask(
        self, operation_id: str, headers: dict[str, str], place: str = ABSENT, actor: Person | None = None
    ) -> httpx.Response:
        operation = OPERATIONS[operation_id]
        method, path = self.places[operation_id]
        target = uuid4()
        parent = uuid4()
        if operation.kind and place != ABSENT:
            found = self.scene.objects[place][operation.kind]
            target, parent = found.id, found.parent_id or parent
        self.cells[place] += 1
        return await self.api.request(
            method,
            _filled(path, target, parent),
            headers=headers,
            params={operation.query: str(target)} if operation.query else None,
            **_body(operation, target, actor),
        )


def _filled(path: str, target: UUID, parent: UUID) -> str:
    """The path with the object's id; in a path of two, the first is the object it belongs to."""
    path = path.replace("{year}", BUDGET_YEAR)
    names = [part for part in path.split("/") if part.startswith("{")]
    values = [target] if len(names) == 1 else [parent, target]
    for name, value in zip(names, values, strict=False):
        path = path.replace(name, str(value))
    return path


def _body(operation: Operation, target: UUID, actor: Person | None) -> dict[str, Any]:
    if operation.form:
        return {"data": {"grant_type": "password"}}
    if operation.body is None:
        return {}
    body = operation.body(target)
    if body.get("organisation_id") == "OWN_UNIT":
        body["organisation_id"] = str(actor.unit.id if actor else uuid4())
    return {"json": body}


@pytest.fixture
def asker(app: FastAPI, api: httpx.AsyncClient, scene: Scene) -> Asker:
    return Asker(app, api, scene)


@ONE_DATABASE
async def test_without_a_good_token_every_protected_operation_is_closed(asker: Asker):
    disabled = bearer(asker.app, asker.scene.actors["disabled"])
    stranger = asker.app.state.tokens.issue(uuid4(), asker.scene.city.id, Audience.user)
    platform = asker.app.state.tokens.issue(uuid4(), asker.scene.city.id, Audience.platform)
    wrong = [
        {},
        disabled,
        {"Authorization": f"Bearer {stranger}"},
        {"Authorization": f"Bearer {platform}"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic eDp5"},
    ]
    for operation_id, operation in asker.operations.items():
        if operation.roles is None:
            continue
        for headers in wrong:
            answer = await asker.ask(operation_id, headers)
            assert answer.status_code == 401, (operation_id, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
    print(f"{asker.cells.total()} cells without a good token")


@ONE_DATABASE
async def test_no_binding_no_operation(asker: Asker):
    """403 before anything is loaded: the same for an own, a foreign and an absent object."""
    for operation_id, operation in asker.operations.items():
        if operation.roles is None or operation.platform:
            continue
        for name, actor in asker.scene.actors.items():
            if name == "disabled" or actor.role in operation.roles:
                continue
            headers = bearer(asker.app, actor)
            answers = [await asker.ask(operation_id, headers, place) for place in (OWN, ABSENT)]
            assert [one.status_code for one in answers] == [403, 403], (operation_id, name, answers[0].text)
            assert answers[0].text == answers[1].text
    print(f"{asker.cells.total()} cells without a binding")


@ONE_DATABASE
async def test_people_have_no_way_into_the_platforms_operations(asker: Asker):
    for operation_id in (name for name, one in asker.operations.items() if one.platform):
        for name, actor in asker.scene.actors.items():
            answer = await asker.ask(operation_id, bearer(asker.app, actor))
            assert answer.status_code == 401, (operation_id, name, answer.text)


async def test_a_foreign_object_is_as_absent(asker: Asker):
    """Own objects answer something else, so a matrix of nothing but 404 would not pass."""
    opened: set[str] = set()
    for operation_id, operation in asker.operations.items():
        if operation.kind is None or operation.roles is None:
            continue
        for name, actor in asker.scene.actors.items():
            if name != "disabled" and actor.role in operation.roles:
                opened |= await _one_actor(asker, operation_id, operation, name, actor)
    acting = {name for name, one in asker.operations.items() if one.kind}
    assert opened == acting, acting - opened
    print(f"{asker.cells.total()} cells about objects: {dict(asker.cells)}")


async def _one_actor(
    asker: Asker, operation_id: str, operation: Operation, name: str, actor: Person
) -> set[str]:
    headers = bearer(asker.app, actor)
    absent = await asker.ask(operation_id, headers, ABSENT, actor)
    for place in reversed(PLACES):
        target = asker.scene.objects[place][operation.kind or ""]
        answer = await asker.ask(operation_id, headers, place, actor)
        where = (operation_id, name, place, answer.status_code, answer.text)
        assert answer.status_code < 500, where
        if is_foreign(actor, target):
            assert _same(operation, answer, absent, target.id), where
        elif place == OWN and answer.status_code not in (401, 403, 404):
            return {operation_id}
    return set()


def _same(operation: Operation, foreign: httpx.Response, absent: httpx.Response, target: UUID) -> bool:
    if operation.inside:
        [refused] = foreign.json()["refused"]
        [missing] = absent.json()["refused"]
        return refused["problem"] == missing["problem"] and refused["problem"]["code"] == "not_found"
    return foreign.status_code == absent.status_code == 404 and foreign.text == absent.text


async def test_no_list_shows_anything_foreign(asker: Asker):
    for operation_id, operation in asker.operations.items():
        method, _ = asker.places[operation_id]
        if method != "GET" or operation.kind or operation.roles is None or operation.platform:
            continue
        for name, actor in asker.scene.actors.items():
            if name == "disabled" or actor.role not in operation.roles:
                continue
            answer = await asker.ask(operation_id, bearer(asker.app, actor), ABSENT, actor)
            assert answer.status_code == 200, (operation_id, name, answer.text)
            shown = {one for one in _foreign_ids(asker.scene, actor) if one in answer.text}
            if operation_id in ("list_programs", "list_closings"):
                shown -= _sponsors_in_the_city(asker.scene)
            if operation_id == "report_programs":
                shown -= _taken_by_own_people(asker.scene, actor)
            assert not shown, (operation_id, name, shown)


def _foreign_ids(scene: Scene, actor: Person) -> set[str]:
    """Ids that no list of the actor's may hold. Enrolled people see the run that they are enrolled in."""
    enrolled = {scene.objects[OWN][kind].id for kind in ("run", "program")}
    own = {actor.id, actor.unit.id} | (enrolled if actor.teacher_id else set())
    return {
        str(target.id)
        for objects in scene.objects.values()
        for target in objects.values()
        if is_foreign(actor, target) and target.id not in own
    }


def _sponsors_in_the_city(scene: Scene) -> set[str]:
    """A published offer names who sponsors it, a closing whose it is, to everyone in the city."""
    return {
        str(objects["organisation"].id)
        for objects in scene.objects.values()
        if objects["organisation"].city_id == scene.city.id
    }


def _taken_by_own_people(scene: Scene, actor: Person) -> set[str]:
    """A unit sees in which runs its people are enrolled, whoever offers them."""
    return {
        str(objects[kind].id)
        for objects in scene.objects.values()
        if not is_foreign(actor, objects["enrollment"])
        for kind in ("run", "program")
    }
