import asyncio
import threading
import time
from itertools import product

import pytest
from argon2 import PasswordHasher

from xuefen.core import passwords
from xuefen.core.errors import Unavailable
from xuefen.core.passwords import (
    WeakPassword,
    check_strength,
    hash_password,
    needs_rehash,
    verify_password,
)


async def test_a_password_is_verified_against_its_own_hash_only() -> None:
    stored = await hash_password("研训 2014 学分")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password(stored, "研训 2014 学分")
    assert not await verify_password(stored, "研训 2014 学分 ")
    assert not await verify_password(await hash_password("another one"), "研训 2014 学分")


async def test_an_input_method_in_full_width_mode_makes_no_other_password() -> None:
    assert await verify_password(await hash_password("Ａｂ１２３４５６"), "Ab123456")


@pytest.mark.parametrize("stored", ["", "plain text", "$argon2id$broken", "$2b$12$abcdefghijklmnopqrstuv"])
async def test_a_damaged_hash_lets_nobody_in(stored: str) -> None:
    assert not await verify_password(stored, stored)
    assert not await verify_password(stored, "")


async def test_what_no_keyboard_types_is_only_a_wrong_password() -> None:
    assert not await verify_password(await hash_password("a good one"), "\ud800\0" * 50)


async def test_an_unknown_account_costs_the_same_work_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords._verify
    monkeypatch.setattr(
        passwords, "_verify", lambda stored, typed: verified.append(stored) or real(stored, typed)
    )
    assert not await verify_password(None, "anything")
    assert len(verified) == 1
    assert not needs_rehash(verified[0])


def test_weaker_hashes_are_made_anew() -> None:
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("x"))


async def test_at_most_four_are_computed_at_a_time_and_the_loop_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = most = 0
    lock = threading.Lock()

    def slow(stored: str, typed: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(passwords, "_verify", slow)
    work = [asyncio.create_task(verify_password("x", "x")) for _ in range(20)]
    ticks = 0
    while not all(task.done() for task in work):
        await asyncio.sleep(0.005)
        ticks += 1
    assert most == 4
    assert ticks > 10


async def test_when_too_many_wait_the_next_comes_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MAX_WAITING", 3)
    monkeypatch.setattr(passwords, "_verify", lambda stored, typed: time.sleep(0.05) or True)
    answers = await asyncio.gather(*(verify_password("x", "x") for _ in range(5)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert len(refused) == 2
    assert refused[0].retry_after
    assert await verify_password("x", "x")


@pytest.mark.parametrize(
    "password", ["Kx7#mQ2v", "三更灯火五更鸡正是", "correct horse battery", "T0001 is not mine"]
)
def test_good_passwords(password: str) -> None:
    check_strength(password, staff_no="T0002")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "至少 8 位"),
        ("Kx7#mQ2", "至少 8 位"),
        ("x" * 129, "最多 128 位"),
        ("T0002pass!", "工号"),
        ("my-t0002-x", "工号"),
        ("11111111", "重复或连续"),
        ("abababab", "重复或连续"),
        ("12345678", "重复或连续"),
        ("hgfedcba", "重复或连续"),
        ("password", "太常见"),
        ("PassWord123", "太常见"),
        ("woaini1314", "太常见"),
        ("１qaz2wsx", "太常见"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, said: str) -> None:
    with pytest.raises(WeakPassword) as refusal:
        check_strength(password, staff_no="T0002")
    assert said in str(refusal.value.detail)
    assert refusal.value.errors[0].pointer == "/new_password"
    assert not password or password not in str(refusal.value.detail)


def test_the_list_of_common_passwords_holds_only_what_the_other_rules_let_through() -> None:
    listed = passwords._common()
    assert len(listed) > 200
    assert all(len(one) >= passwords.MINIMUM_LENGTH and one == one.lower() for one in listed)
    for year, tail in product(("2024", "2025"), ("", "!")):
        check_strength(f"jiaoyanyuan{year}{tail}")
