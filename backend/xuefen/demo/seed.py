"""Where chance and identity come from: the same seed makes the same city."""

import hashlib
from datetime import datetime
from random import Random
from uuid import UUID

SEED = 2014
_LOW_80 = (1 << 80) - 1
_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


class Seed:
    """`random` for choices; `identity` for ids, so that a city made again bears the same ones."""

    def __init__(self, number: int = SEED) -> None:
        self.random = Random(number)  # noqa: S311 - invented data must be the same each time
        self._number = number

    def identity(self, name: str, at: datetime) -> UUID:
        """A UUIDv7 of the instant `at` whose random part is a digest of `name`."""
        digest = hashlib.sha256(f"{self._number}/{name}".encode()).digest()
        low = int.from_bytes(digest[:10]) & _LOW_80
        low = (low & ~(0xF << 76)) | _VERSION_7
        low = (low & ~(0b11 << 62)) | _VARIANT
        return UUID(int=int(at.timestamp() * 1000) << 80 | low)
