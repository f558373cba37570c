"""Bad requests for one operation, made from what the contract says of it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.hostile.addresses import AUTHORIZATION, HEADERS, IDS, IF_MATCH, queries
from tests.hostile.contract import FORM, JSON, MULTIPART, NOBODY, Place
from tests.hostile.fields import Pointer, Schemas, changed, edges, without
from tests.hostile.forms import sign_in_forms, upload_forms
from tests.hostile.values import CANARY, VALUES, Raw, dumps, raw_bodies

Headers = Mapping[str, str | bytes]
_JSON_TYPE: Headers = {"content-type": JSON}
_ID = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Attack:
    """`never`: whoever sends it, the answer must be a refusal. Else any answer of the contract will do."""

    name: str
    path: bytes
    query: bytes = b""
    body: bytes = b""
    headers: Headers = field(default_factory=dict)
    never: bool = True


@dataclass(frozen=True)
class Aim:
    """An operation, the address of an object of the caller's own, and a body that would be accepted."""

    place: Place
    schemas: Schemas
    path: str
    body: Callable[[], Any] | None

    @property
    def absent_path(self) -> bytes:
        return self.place.example_path.encode()

    @property
    def basis(self) -> dict[str, Any]:
        """The rest of a good request."""
        headers = dict(_JSON_TYPE) if self.body else {}
        if any(one["name"] == "If-Match" for one in self.place.parameters("header")):
            headers["if-match"] = '"1"'
        return {
            "path": self.path.encode(),
            "body": dumps(self.body()) if self.body else b"",
            "headers": headers,
        }


def attacks(aim: Aim) -> Iterator[Attack]:
    """Every attack on `aim`."""
    for source in (_on_the_path, _on_the_query, _on_the_headers, _on_the_body, _on_the_form):
        yield from source(aim)


def _on_the_path(aim: Aim) -> Iterator[Attack]:
    for number, match in enumerate(_ID.finditer(aim.place.path)):
        for name, value in IDS.items():
            basis = aim.basis | {"path": _with_id(aim, number, value)}
            yield Attack(f"{match[0]} = {name}", **basis)


def _with_id(aim: Aim, number: int, value: bytes) -> bytes:
    """The own address, with `value` in place of its id `number`."""
    names = aim.place.path.split("/")
    parts = [part.encode() for part in aim.path.split("/")]
    at = [index for index, name in enumerate(names) if name.startswith("{")][number]
    parts[at] = value
    return b"/".join(parts)


def _on_the_query(aim: Aim) -> Iterator[Attack]:
    for name, query, never in queries(aim.place.parameters("query")):
        yield Attack(name, **aim.basis, query=query, never=never)


def _on_the_headers(aim: Aim) -> Iterator[Attack]:
    basis = aim.basis
    if "if-match" in basis["headers"]:
        for name, value in IF_MATCH.items():
            yield Attack(f"If-Match {name}", **basis | {"headers": basis["headers"] | {"if-match": value}})
    # About an object that is not there, so that what passes does nothing.
    absent = basis | {"path": aim.absent_path}
    for name, value in AUTHORIZATION.items():
        headers = basis["headers"] | {"authorization": value}
        yield Attack(f"Authorization {name}", **absent | {"headers": headers}, never=aim.place.is_protected)
    for name, more in HEADERS.items():
        yield Attack(f"header {name}", **absent | {"headers": basis["headers"] | more}, never=False)


def _on_the_body(aim: Aim) -> Iterator[Attack]:
    if aim.body is None or aim.place.media_type != JSON:
        return
    basis = aim.basis
    for name, body, headers in raw_bodies():
        rest = {key: value for key, value in basis["headers"].items() if key != "content-type"}
        yield Attack(name, basis["path"], body=body, headers=rest | dict(headers), never=False)
    for pointer in aim.schemas.pointers(aim.place.body_schema):
        at = "/" + "/".join(map(str, pointer))
        for value in VALUES:
            bad = changed(aim.body(), pointer, Raw(value.json))
            yield Attack(f"{at} = {value.name}", **basis | {"body": dumps(bad)}, never=value.never)
        for number, edge in enumerate(edges(aim.schemas.at(aim.place.body_schema, pointer))):
            bad = changed(aim.body(), pointer, edge)
            yield Attack(f"{at} = edge {number}", **basis | {"body": dumps(bad)}, never=False)
        yield Attack(f"no {at}", **basis | {"body": dumps(without(aim.body(), pointer))}, never=False)
        if pointer[-1] == 0:
            yield from _repeated(aim, pointer[:-1])
    for pointer in aim.schemas.objects(aim.place.body_schema):
        unknown = changed(aim.body(), (*pointer, CANARY), 1)
        yield Attack(f"unknown field in /{pointer}", **basis | {"body": dumps(unknown)})


def _repeated(aim: Aim, pointer: Pointer) -> Iterator[Attack]:
    """The first item of a list twice, and more often than any list may hold."""
    assert aim.body is not None
    whole: Any = aim.body()
    found = whole
    for part in pointer:
        found = found.get(part) if isinstance(found, dict) else None
    item = found[0] if found else str(NOBODY)
    for times, never in ((2, False), (1001, True)):
        bad = changed(whole, pointer, [item] * times)
        yield Attack(f"{pointer} x {times}", **aim.basis | {"body": dumps(bad)}, never=never)


def _on_the_form(aim: Aim) -> Iterator[Attack]:
    if aim.place.media_type == FORM:
        forms = sign_in_forms()
    elif aim.place.media_type == MULTIPART:
        forms = upload_forms(str(uuid4()))
    else:
        return
    for name, body, media_type in forms:
        yield Attack(f"form: {name}", aim.path.encode(), body=body, headers={"content-type": media_type})


def strange_requests() -> Iterator[tuple[str, Attack]]:
    """Method and request, where no operation stands at all."""
    addresses = [b"/api/v1/" + value for value in IDS.values()]
    addresses += [
        b"/api/v1//me",
        b"/api/v1/me/",
        b"/API/V1/ME",
        b"/api/v2/me",
        b"/.git/config",
        b"//" + CANARY.encode(),
    ]
    for address in addresses:
        yield "GET", Attack("address", address)
        yield "POST", Attack("address", address, body=json.dumps({"id": CANARY}).encode(), headers=_JSON_TYPE)
    for method in ("TRACE", "CONNECT", "PROPFIND", "get", "DELETE", "PUT", CANARY.upper(), "GET\0", ""):
        for header in ({}, HEADERS["host of brackets"], HEADERS["host of bytes"], HEADERS["host empty"]):
            yield method, Attack(f"method {method!r}", b"/api/v1/me", headers=header)
            yield method, Attack(f"method {method!r}", f"/api/v1/claims/{NOBODY}".encode(), headers=header)
