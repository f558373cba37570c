"""Personal values at rest: encrypted, findable by exact value only, masked wherever they are shown.

AES-256-GCM with a key id in front, so that keys can be rotated, and the place of the value (table, column,
row) as associated data, so that a ciphertext moved to another row no longer opens. Lookup is by keyed
HMAC of the normalised value. (个人信息保护法; GB/T 35273)
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xuefen.core.keys import derived_key
from xuefen.core.settings import InsecureSettings, settings

_NONCE_BYTES = 12
_KEY_BYTES = 32


class UnreadableValue(Exception):
    """A stored value does not open: it was moved, changed, or its key is gone. Not a refusal but damage."""


class Cipher:
    """Encrypts under the first key and opens under any."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("at least one encryption key is needed")
        self._ciphers = {_key_id(name): AESGCM(key) for name, key in keys.items()}
        self._current = next(iter(self._ciphers))

    def encrypt(self, text: str, *, table: str, column: str, row_id: UUID) -> bytes:
        """Length byte, key id, nonce, ciphertext, tag: for an id number under key `k1` 49 bytes."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        place = _place(table, column, row_id)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), place)
        return bytes([len(self._current)]) + self._current + nonce + sealed

    def decrypt(self, stored: bytes, *, table: str, column: str, row_id: UUID) -> str:
        """The text again; `UnreadableValue` when it does not belong in this place."""
        key_id = self._key_id_of(stored)
        start = 1 + len(key_id)
        nonce, sealed = stored[start : start + _NONCE_BYTES], stored[start + _NONCE_BYTES :]
        try:
            return self._ciphers[key_id].decrypt(nonce, sealed, _place(table, column, row_id)).decode()
        except (KeyError, InvalidTag, ValueError):
            raise UnreadableValue(f"{table}.{column} of {row_id}") from None

    def needs_rotation(self, stored: bytes) -> bool:
        """Whether `stored` is under a key that no longer encrypts."""
        return self._key_id_of(stored) != self._current

    @staticmethod
    def _key_id_of(stored: bytes) -> bytes:
        return stored[1 : 1 + stored[0]] if stored else b""


def _key_id(name: str) -> bytes:
    key_id = name.encode()
    if not 1 <= len(key_id) <= 16:
        raise ValueError("a key id has 1 to 16 bytes")
    return key_id


def _place(table: str, column: str, row_id: UUID) -> bytes:
    return b"\0".join([table.encode(), column.encode(), row_id.bytes])


@cache
def cipher() -> Cipher:
    """The cipher of this installation. In development its key is derived from the development secret."""
    configured = settings().encryption_keys
    if not configured:
        return Cipher({"dev": derived_key("encryption")})
    return Cipher({name: _key_bytes(name, key.get_secret_value()) for name, key in configured.items()})


def _key_bytes(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise InsecureSettings(f"XUEFEN_ENCRYPTION_KEYS: {name} must be the base64 of 32 random bytes")
    return key


def blind_index(kind: str, value: str) -> str:
    """64 hex digits that find `value` again and tell nothing of it. Pass the canonical form (`core.text`).

    `kind` (`phone`, `id_number`, `staff_no` …) keeps equal values of different kinds apart.
    """
    normalised = f"{kind}\0{value.strip().upper()}".encode()
    return hmac.digest(derived_key("blind index"), normalised, "sha256").hex()


def mask_phone(phone: str) -> str:
    """`138****5678`."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "****"


def mask_id_number(number: str) -> str:
    """`430***********123X`: neither date of birth nor district."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if len(number) == 18 else "****"


def mask_name(name: str) -> str:
    """`张*`, whatever the length."""
    return f"{name[:1]}*"
