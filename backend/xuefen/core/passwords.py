"""Passwords: argon2id at 19 MiB, two passes (OWASP's minimum; 19 to 33 ms), beside the event loop.

At most four are computed at a time, so that a rush of sign-ins cannot take all memory; when too many
wait, the next is told to come again.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from xuefen.core.errors import FieldError, Invalid, Unavailable

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128
MAX_WAITING = 100

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="argon2")
_waiting = 0
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$tDtTUe5IPi8R6YZE/ZSsow$Ik/NO3DTxjhFkAoyUk60/8RdNsIC9NvL1qYAQQHhc/g"
"""The hash of a password that nobody knows, with the parameters above."""

Result = TypeVar("Result")


class WeakPassword(Invalid):
    code, title = "weak_password", "密码太容易被猜到"


async def hash_password(password: str) -> str:
    return await _beside_the_loop(lambda: _hasher.hash(_typed(password)))


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one. An unknown account (None) takes as long and is refused."""
    return await _beside_the_loop(lambda: _verify(stored or _NOBODY, password)) and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with weaker parameters: hash anew at the next sign-in."""
    return _hasher.check_needs_rehash(stored)


def check_strength(password: str, *, staff_no: str = "", pointer: str = "/new_password") -> None:
    """Refuse (`WeakPassword`, 422) a short, common or monotonous password, or one with the staff number."""
    message = _weakness(unicodedata.normalize("NFKC", password), staff_no)
    if message:
        raise WeakPassword(message, errors=[FieldError(pointer, WeakPassword.code, message)])


def _weakness(password: str, staff_no: str) -> str | None:
    lower = password.lower()
    if len(password) < MINIMUM_LENGTH:
        return f"密码至少 {MINIMUM_LENGTH} 位"
    if len(password) > MAXIMUM_LENGTH:
        return f"密码最多 {MAXIMUM_LENGTH} 位"
    if staff_no and staff_no.lower() in lower:
        return "密码不能包含工号"
    if len(set(lower)) < 3 or _is_run(lower):
        return "密码不能是重复或连续的字符"
    if lower in _common():
        return "这个密码太常见，请换一个"
    return None


@cache
def _common() -> frozenset[str]:
    """The commonest passwords of eight characters and more, as leaked lists show them, in lower case."""
    return frozenset(files("xuefen.core").joinpath("common_passwords.txt").read_text("utf-8").split())


def _is_run(text: str) -> bool:
    """`12345678`, `hgfedcba`: each character follows the one before."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, _typed(password))
    except (VerificationError, InvalidHashError):
        return False


def _typed(password: str) -> bytes:
    """The bytes to hash: the same whether an input method made full-width or plain characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


async def _beside_the_loop(work: Callable[[], Result]) -> Result:
    global _waiting
    if _waiting >= MAX_WAITING:
        raise Unavailable(retry_after=3)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
