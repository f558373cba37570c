"""The contract as the attacks read it: where each operation stands and what it says that it takes and answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
NOBODY = UUID(int=7)


@dataclass(frozen=True)
class Place:
    """One operation of the contract."""

    id: str
    method: str
    path: str
    operation: Mapping[str, Any]

    @property
    def schemes(self) -> set[str]:
        return {name for one in self.operation.get("security", []) for name in one}

    @property
    def for_platforms(self) -> bool:
        return "Platform" in self.schemes

    @property
    def is_protected(self) -> bool:
        """It demands an access token."""
        return bool(self.schemes & {"OAuth2PasswordBearer", "Platform"})

    @property
    def media_type(self) -> str | None:
        return next(iter(self.operation.get("requestBody", {}).get("content", {})), None)

    @property
    def body_schema(self) -> Mapping[str, Any]:
        schema: Mapping[str, Any] = self.operation["requestBody"]["content"][self.media_type]["schema"]
        return schema

    @property
    def statuses(self) -> set[int]:
        return {int(status) for status in self.operation["responses"]}

    @property
    def template(self) -> str:
        """As a problem names it."""
        return self.path.replace("{", ":").replace("}", "")

    @property
    def example_path(self) -> str:
        """An address of this operation about an object that is not there."""
        return re.sub(r"\{\w+\}", str(NOBODY), self.path)

    def parameters(self, kind: str) -> list[Mapping[str, Any]]:
        """Those `in` the query, the path, the headers or the cookies."""
        return [one for one in self.operation.get("parameters", []) if one["in"] == kind]


def places(app: FastAPI) -> dict[str, Place]:
    """operation_id -> where it stands."""
    found = [
        Place(item[method]["operationId"], method.upper(), path, item[method])
        for path, item in app.openapi()["paths"].items()
        for method in METHODS
        if method in item
    ]
    return {place.id: place for place in found}


def protected(app: FastAPI) -> dict[str, Place]:
    return {name: place for name, place in places(app).items() if place.is_protected}
