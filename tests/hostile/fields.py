"""Every field of a body, by the contract's own schema, and a valid body with one of them changed."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from typing import Any
from uuid import UUID

Pointer = tuple[str | int, ...]
DEEPEST = 4


class Schemas:
    """The components of a contract, to follow references."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self.contract = contract

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """`schema` without a reference, and without the "or null" of an optional field."""
        if "$ref" in schema:
            found: Any = self.contract
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            return self.resolved(found)
        options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        return self.resolved(options[0]) if options else schema

    def pointers(self, schema: Mapping[str, Any], at: Pointer = ()) -> Iterator[Pointer]:
        """Where a value stands; of a list its first item."""
        found = self.resolved(schema)
        if len(at) > DEEPEST:
            return
        for name, property_ in found.get("properties", {}).items():
            yield (*at, name)
            yield from self.pointers(property_, (*at, name))
        if found.get("type") == "array" and "items" in found:
            yield (*at, 0)
            yield from self.pointers(found["items"], (*at, 0))

    def objects(self, schema: Mapping[str, Any]) -> list[Pointer]:
        """Where an object stands, the body itself first."""
        inner = [at for at in self.pointers(schema) if "properties" in self.resolved(self.at(schema, at))]
        return [(), *inner]

    def at(self, schema: Mapping[str, Any], pointer: Pointer) -> Mapping[str, Any]:
        found = self.resolved(schema)
        for part in pointer:
            found = self.resolved(found["items"] if isinstance(part, int) else found["properties"][part])
        return found


def edges(schema: Mapping[str, Any]) -> list[Any]:
    """The least and the most that a field still takes: refused or not, no calculation may break on it."""
    if schema.get("enum"):
        return list(schema["enum"])
    match schema.get("type"), schema.get("format"):
        case "integer", _:
            return [schema[bound] for bound in ("minimum", "maximum") if bound in schema] + [2**31 - 1, 0, 1]
        case "string", "date":
            return ["1900-01-01", "2199-12-31", "2024-02-29", date.today().isoformat()]  # noqa: DTZ011
        case "string", "date-time":
            return ["1900-01-01T00:00:00+14:00", "2199-12-31T23:59:59-14:00", "2024-02-29T24:00:00Z"]
        case "string", "uuid":
            return [
                str(UUID(int=0)),
                str(UUID(int=2**128 - 1)),
                str(UUID(int=0xABCDEF)).upper(),
                f"urn:uuid:{UUID(int=0xABC)}",
            ]
        case "string", _:
            longest = schema.get("maxLength", 50)
            return ["字" * longest, "𠮷" * longest, "0", "0.01", "9999.99", "A1", "z" * longest]
        case "boolean", _:
            return [True, False]
    return []


def changed(body: Any, pointer: Pointer, value: Any) -> Any:
    """A copy of `body` with `value` at `pointer`; objects and lists on the way are made."""
    if not pointer:
        return value
    part, *rest = pointer
    if isinstance(part, int):
        inner = body[0] if isinstance(body, list) and body else {}
        return [changed(inner, tuple(rest), value)]
    whole = deepcopy(body) if isinstance(body, dict) else {}
    whole[part] = changed(whole.get(part), tuple(rest), value)
    return whole


def without(body: Any, pointer: Pointer) -> Any:
    """A copy of `body` that lacks what stands at `pointer`."""
    whole = deepcopy(body)
    holder = whole
    for part in pointer[:-1]:
        try:
            holder = holder[part]
        except (KeyError, IndexError, TypeError):
            return whole
    if isinstance(holder, dict):
        holder.pop(pointer[-1], None)
    elif isinstance(holder, list) and holder:
        holder.pop()
    return whole
