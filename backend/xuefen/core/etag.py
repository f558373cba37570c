"""Entity tags: the strong ETag of a row is its version; `If-Match` brings it back with an edit.

async def decide(expected: IfMatch, ...):
    claim = await claim_within_scope(...)      # 404 comes first
    expected.check(claim.version)              # then 428 missing, 412 stale
"""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response

from xuefen.core.errors import BadRequest, PreconditionFailed, PreconditionRequired
from xuefen.core.text import MAX_INT

_STRONG_TAG = re.compile(r'"(0|[1-9][0-9]{0,9})"')


class MalformedIfMatch(BadRequest):
    code, title = "malformed_if_match", 'If-Match 应为一个版本号，如 "7"'


@dataclass(frozen=True)
class Expected:
    """The version that the caller saw; None when no If-Match was sent."""

    version: int | None

    def given(self) -> int:
        """The version, for a conditional UPDATE; `PreconditionRequired` (428) when it is missing."""
        if self.version is None:
            raise PreconditionRequired
        return self.version

    def check(self, actual: int) -> None:
        """Refuse when it is missing (428) or is not the row's (`PreconditionFailed`, 412)."""
        if self.given() != actual:
            raise PreconditionFailed


def parse_if_match(value: str | None) -> Expected:
    """One strong tag. Lists, `*` and weak tags would let an edit pass that was made on another version."""
    if value is None:
        return Expected(None)
    tag = _STRONG_TAG.fullmatch(value.strip())
    if tag is None or int(tag[1]) > MAX_INT:
        raise MalformedIfMatch
    return Expected(int(tag[1]))


async def _if_match(
    if_match: Annotated[str | None, Header(alias="If-Match", description='版本号，如 "7"')] = None,
) -> Expected:
    return parse_if_match(if_match)


IfMatch = Annotated[Expected, Depends(_if_match)]


def etag(version: int) -> str:
    return f'"{version}"'


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = etag(version)
