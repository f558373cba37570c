"""The scene of the attacks: the small city of the isolation tests, and everybody who may call an operation."""

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from tests.hostile.attacks import Aim
from tests.hostile.contract import Place, places
from tests.hostile.fields import Schemas
from tests.isolation.operations import EVERYONE, OPERATIONS, Operation
from tests.isolation.scene import OTHER_SCHOOL, OWN, Scene, make_scene
from tests.make.people import Person, bearer
from tests.make.platforms import Registered, make_platform
from xuefen.core.db import Database

SEED = 20261122
SPARED = frozenset({"user", "binding", "post"})
"""Kinds of which another's is attacked, so that no caller loses the role it still has to ask in."""


@dataclass(frozen=True)
class Stage:
    """The application, what stands in it, and who asks."""

    app: FastAPI
    database: Database
    scene: Scene
    platform: Registered

    def places(self) -> dict[str, Place]:
        return places(self.app)

    def callers(self, place: Place) -> list[Person | Registered | None]:
        """Everyone who may call the operation; None is nobody in particular."""
        operation = _classified(place)
        if operation.platform:
            return [self.platform]
        if operation.roles is None:
            return [None]
        return [
            actor
            for name, actor in self.scene.actors.items()
            if name != "disabled" and actor.role.value in operation.roles
        ]

    def headers(self, caller: Person | Registered | None) -> dict[str, str]:
        if caller is None:
            return {}
        of = caller.bearer(self.app) if isinstance(caller, Registered) else bearer(self.app, caller)
        return {"authorization": of["Authorization"]}

    def aim(self, place: Place) -> Aim:
        operation = _classified(place)
        target = parent = UUID(int=7)
        if operation.kind:
            whose = OTHER_SCHOOL if operation.kind in SPARED else OWN
            found = self.scene.objects[whose][operation.kind]
            target, parent = found.id, found.parent_id or parent
        path = _filled(place.path, target, parent)
        return Aim(place, Schemas(self.app.openapi()), path, self._body(operation, target))

    def _body(self, operation: Operation, target: UUID) -> Any:
        if operation.body is None:
            return None
        make = operation.body

        def body() -> dict[str, Any]:
            made = make(target)
            if made.get("organisation_id") == "OWN_UNIT":
                made["organisation_id"] = str(self.scene.city.school.id)
            return made

        return body


def _classified(place: Place) -> Operation:
    return OPERATIONS.get(place.id, Operation(EVERYONE))


def _filled(path: str, target: UUID, parent: UUID) -> str:
    names = [part for part in path.split("/") if part.startswith("{")]
    values = [target] if len(names) == 1 else [parent, target]
    for name, value in zip(names, values, strict=False):
        path = path.replace(name, str(value))
    return path


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Nobody but the caller may write: the worker seals entries whenever it likes."""
    return environment | {"XUEFEN_WORKER_IN_PROCESS": "false"}


@pytest.fixture
async def stage(app: FastAPI, database: Database) -> Stage:
    scene = await make_scene(database)
    return Stage(app, database, scene, await make_platform(database, scene.city.city))


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)
