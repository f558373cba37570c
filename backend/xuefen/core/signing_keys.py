"""The P-256 keys that access tokens are signed with: one signs, all verify, so that keys can be rotated.

To rotate: put the new key first and keep the old one behind it for as long as a token lives.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from xuefen.core.settings import InsecureSettings

_COORDINATE_BYTES = 32


class SigningKeys:
    """Keys by id. The id is the RFC 7638 thumbprint, so it never has to be configured."""

    def __init__(self, pems: Sequence[str]) -> None:
        private = [_private_key(pem) for pem in pems]
        if not private:
            raise InsecureSettings("XUEFEN_SIGNING_KEYS must hold at least one P-256 private key in PEM")
        self._jwks = {thumbprint(jwk): jwk for jwk in (_public_jwk(key.public_key()) for key in private)}
        self.public: Mapping[str, ec.EllipticCurvePublicKey] = {
            key_id: key.public_key() for key_id, key in zip(self._jwks, private, strict=True)
        }
        self.current = private[0]
        self.current_id = next(iter(self._jwks))

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public halves as a JSON Web Key Set (RFC 7517)."""
        return {
            "keys": [
                {**jwk, "kid": key_id, "use": "sig", "alg": "ES256"} for key_id, jwk in self._jwks.items()
            ]
        }


def new_signing_key() -> str:
    """A fresh P-256 private key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def load_or_create_development_key(path: Path) -> str:
    """The key kept in `path`, readable by its owner alone; made at the first start, for development only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _create_once(path, new_signing_key())
    return path.read_text()


def _create_once(path: Path, text: str) -> None:
    """Write the whole file or nothing; when another process was first, its file stands."""
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _private_key(pem: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise InsecureSettings("XUEFEN_SIGNING_KEYS: not a private key in PEM without a password") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InsecureSettings("XUEFEN_SIGNING_KEYS: each key must be on the curve P-256")
    return key


def _public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    point = key.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _coordinate(point.x), "y": _coordinate(point.y)}


def _coordinate(number: int) -> str:
    return _base64url(number.to_bytes(_COORDINATE_BYTES, "big"))


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638: the hash of the required members in their one canonical order."""
    canonical = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
