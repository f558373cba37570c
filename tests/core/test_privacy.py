import base64
import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuefen.core import privacy
from xuefen.core.keys import derived_key
from xuefen.core.privacy import (
    Cipher,
    UnreadableValue,
    blind_index,
    mask_id_number,
    mask_name,
    mask_phone,
)
from xuefen.core.settings import InsecureSettings, settings

NUMBER = "11010519491231002X"
ROW = UUID(int=7)
PLACE = {"table": "teachers", "column": "id_number", "row_id": ROW}
KEYS = {"k1": bytes(range(32)), "k2": bytes(range(1, 33))}
CIPHER = Cipher(KEYS)


def test_what_is_encrypted_is_read_again_in_its_place() -> None:
    stored = CIPHER.encrypt(NUMBER, **PLACE)
    assert CIPHER.decrypt(stored, **PLACE) == NUMBER
    assert len(stored) == 49
    assert NUMBER.encode() not in stored


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives(text: str) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt(text, **PLACE), **PLACE) == text


def test_equal_values_look_different() -> None:
    assert len({CIPHER.encrypt(NUMBER, **PLACE) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"row_id": UUID(int=8)},
        {"column": "phone"},
        {"table": "users"},
        {"table": "teachersid", "column": "_number"},
    ],
)
def test_a_value_moved_to_another_place_does_not_open(elsewhere: dict[str, object]) -> None:
    stored = CIPHER.encrypt(NUMBER, **PLACE)
    with pytest.raises(UnreadableValue) as damage:
        CIPHER.decrypt(stored, **(PLACE | elsewhere))
    assert NUMBER not in str(damage.value)


def test_no_changed_byte_goes_unseen() -> None:
    stored = CIPHER.encrypt(NUMBER, **PLACE)
    for position in range(len(stored)):
        changed = bytearray(stored)
        changed[position] ^= 1
        with pytest.raises(UnreadableValue):
            CIPHER.decrypt(bytes(changed), **PLACE)


@pytest.mark.parametrize(
    "stored", [b"", b"\x02", b"\x02k1", b"\x02k1" + bytes(12), b"\xff" * 60, NUMBER.encode()]
)
def test_what_was_never_encrypted_does_not_open(stored: bytes) -> None:
    with pytest.raises(UnreadableValue):
        CIPHER.decrypt(stored, **PLACE)


def test_keys_rotate() -> None:
    old = Cipher({"k1": KEYS["k1"]})
    new = Cipher({"k2": KEYS["k2"], "k1": KEYS["k1"]})
    stored = old.encrypt(NUMBER, **PLACE)
    assert new.decrypt(stored, **PLACE) == NUMBER
    assert new.needs_rotation(stored)
    again = new.encrypt(NUMBER, **PLACE)
    assert not new.needs_rotation(again)
    with pytest.raises(UnreadableValue):
        old.decrypt(again, **PLACE)


def test_no_key_or_a_nameless_one_is_a_mistake() -> None:
    for keys in ({}, {"": bytes(32)}, {"x" * 17: bytes(32)}):
        with pytest.raises(ValueError, match="key"):
            Cipher(keys)


def configure(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("XUEFEN_ENCRYPTION_KEYS", value)
    settings.cache_clear()
    privacy.cipher.cache_clear()


def test_the_installation_encrypts_under_the_first_configured_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    configure(monkeypatch, f'{{"b": "{key}"}}')
    assert privacy.cipher().encrypt(NUMBER, **PLACE)[:2] == b"\x01b"


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(bytes(16)).decode(), "not base64!"])
def test_a_key_that_is_not_32_bytes_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    configure(monkeypatch, f'{{"k7": "{key}"}}')
    with pytest.raises(InsecureSettings, match="k7"):
        privacy.cipher()


def test_development_works_without_configured_keys() -> None:
    assert privacy.cipher().decrypt(privacy.cipher().encrypt(NUMBER, **PLACE), **PLACE) == NUMBER


def test_the_blind_index_finds_the_same_value_and_no_other() -> None:
    assert blind_index("id_number", NUMBER) == blind_index("id_number", f" {NUMBER.lower()} ")
    assert blind_index("id_number", NUMBER) != blind_index("phone", NUMBER)
    assert blind_index("id_number", NUMBER) != blind_index("id_number", NUMBER[:-1] + "1")
    assert len(blind_index("phone", "13812345678")) == 64


def test_the_blind_index_needs_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    before = blind_index("phone", "13812345678")
    monkeypatch.setenv("XUEFEN_SECRET_KEY", "another-secret-of-the-tests-and-of-nothing-else")
    settings.cache_clear()
    assert blind_index("phone", "13812345678") != before


def test_each_purpose_has_its_own_key() -> None:
    assert len({derived_key(purpose) for purpose in ("page tokens", "blind index", "encryption")}) == 3


def test_masks_show_enough_to_recognise_and_no_more() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_id_number(NUMBER) == "110***********002X"
    assert mask_name("张三") == mask_name("张三丰") == "张*"
    assert mask_name("欧阳娜娜") == "欧*"


@pytest.mark.parametrize("odd", ["", "1", "1381234567", "110105491231002"])
def test_a_mask_never_shows_what_has_an_unexpected_form(odd: str) -> None:
    assert mask_phone(odd) == mask_id_number(odd) == "****"
    assert len(mask_name(odd)) <= 2
