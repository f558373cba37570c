"""Access tokens: JWT signed with ES256. The only module that imports jose.

The library accepts what it should not: no `exp`, no `aud` even when one is asked for, unknown `crit`, any
key of a set, a public key as HMAC secret. So the form, the header and every claim are checked here by
strict schemas, and the library is given the one key that the header names.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Literal
from uuid import UUID

from jose import jwt
from jose.exceptions import ExpiredSignatureError
from pydantic import BaseModel, ConfigDict, Field

from xuefen.core import clock
from xuefen.core.errors import NotAuthenticated
from xuefen.core.ids import new_id
from xuefen.core.settings import settings
from xuefen.core.signing_keys import SigningKeys, load_or_create_development_key

ISSUER = "xuefen"
MAX_LENGTH = 2048
MAX_LIFETIME = timedelta(hours=1)
CLOCK_SKEW = timedelta(seconds=5)
"""How far ahead the clock of another of our processes may be."""

_ALGORITHM = "ES256"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_REQUIRED = ("aud", "iss", "sub", "exp", "iat", "jti")
_LAST_SECOND = 253_402_300_799
_STRICT = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class Audience(StrEnum):
    """The kind of caller a token is for: a person in the page, or a platform's system."""

    user = "xuefen-user"
    platform = "xuefen-platform"


class TokenInvalid(NotAuthenticated):
    code, title = "token_invalid", "登录状态无效，请重新登录"


class TokenExpired(NotAuthenticated):
    code, title = "token_expired", "登录已过期，请重新登录"


@dataclass(frozen=True)
class TokenClaims:
    """What a verified token says. `subject` is the id of a user or of a platform."""

    subject: UUID
    city_id: UUID
    audience: Audience
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    token_id: UUID


class _Header(BaseModel):
    """The only header we make. `crit`, `jku`, `jwk`, `x5c` and whatever else comes are refused."""

    model_config = _STRICT

    alg: Literal["ES256"]
    typ: Literal["at+jwt"]
    kid: str


class _Payload(BaseModel):
    model_config = _STRICT

    iss: Literal["xuefen"]
    aud: Audience
    sub: UUID
    city: UUID
    scope: str = Field(max_length=500)
    iat: int = Field(ge=0, le=_LAST_SECOND)
    exp: int = Field(ge=0, le=_LAST_SECOND)
    jti: UUID


class Tokens:
    """Issues and verifies access tokens under one set of keys."""

    def __init__(self, keys: SigningKeys, lifetime: timedelta) -> None:
        if not timedelta() < lifetime <= MAX_LIFETIME:
            raise ValueError("an access token lives for up to an hour")
        self.keys = keys
        self.lifetime = lifetime

    def issue(self, subject: UUID, city_id: UUID, audience: Audience, scopes: Sequence[str] = ()) -> str:
        """A token for `subject`, good from now on for `self.lifetime`."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": audience.value,
            "sub": str(subject),
            "city": str(city_id),
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + int(self.lifetime.total_seconds()),
            "jti": str(new_id()),
        }
        headers = {"typ": "at+jwt", "kid": self.keys.current_id}
        return str(jwt.encode(claims, self.keys.current, _ALGORITHM, headers))

    def verify(self, token: str, audience: Audience) -> TokenClaims:
        """The claims of a token made here for `audience`; else `TokenInvalid` or `TokenExpired` (401)."""
        try:
            return self._verified(token, audience)
        except NotAuthenticated:
            raise
        except ExpiredSignatureError:
            raise TokenExpired from None
        except Exception:
            # Whatever a hostile value makes the parsers and the library raise, the answer is the same.
            raise TokenInvalid from None

    def _verified(self, token: str, audience: Audience) -> TokenClaims:
        header, payload = _segments(token)
        key = self.keys.public[_Header.model_validate_json(header).kid]
        jwt.decode(
            token,
            key,
            [_ALGORITHM],
            {f"require_{claim}": True for claim in _REQUIRED},
            audience=audience.value,
            issuer=ISSUER,
        )
        return _claims(_Payload.model_validate_json(payload), audience)


def _segments(token: str) -> tuple[bytes, bytes]:
    """Header and payload as JSON texts, each in the one spelling that we ourselves would write."""
    if len(token) > MAX_LENGTH:
        raise TokenInvalid
    header, payload, signature = (_decoded(segment) for segment in token.split("."))
    for text in (header, payload):
        json.loads(text.decode("utf-8"), object_pairs_hook=_unique)
    if len(signature) != 64:
        raise TokenInvalid
    return header, payload


def _decoded(segment: str) -> bytes:
    if not _BASE64URL.fullmatch(segment):
        raise TokenInvalid
    raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != segment:
        raise TokenInvalid
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two parsers may each believe another of two equal keys."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise TokenInvalid
    return members


def _claims(payload: _Payload, audience: Audience) -> TokenClaims:
    now = clock.now()
    issued_at, expires_at = (datetime.fromtimestamp(second, UTC) for second in (payload.iat, payload.exp))
    if payload.aud is not audience or issued_at > now + CLOCK_SKEW:
        raise TokenInvalid
    if not timedelta() < expires_at - issued_at <= MAX_LIFETIME:
        raise TokenInvalid
    if expires_at <= now:
        raise TokenExpired
    return TokenClaims(
        subject=payload.sub,
        city_id=payload.city,
        audience=payload.aud,
        scopes=tuple(payload.scope.split()),
        issued_at=issued_at,
        expires_at=expires_at,
        token_id=payload.jti,
    )


@cache
def tokens() -> Tokens:
    """The tokens of this installation. In development the key is made once and kept beside the data."""
    pems = [pem.get_secret_value() for pem in settings().signing_keys]
    if not pems:
        pems = [load_or_create_development_key(settings().data_directory / "development-signing-key.pem")]
    return Tokens(SigningKeys(pems), timedelta(minutes=settings().access_minutes))


def new_secret() -> str:
    """A random secret of 256 bits: a refresh token, an activation secret, a platform's client secret."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is stored of such a secret. It is random, so a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
