import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jose import jwt

from tests.core.hostile_tokens import (
    CITY,
    CLAIMS,
    GOOD,
    HEADER,
    JWK,
    KID,
    NOW,
    OLD,
    OURS,
    PEM,
    STRANGERS,
    SUBJECT,
    TOKEN_ID,
    TOKENS,
    hostile_tokens,
    segment,
    signed,
)
from xuefen.core import tokens
from xuefen.core.errors import NotAuthenticated
from xuefen.core.settings import InsecureSettings
from xuefen.core.signing_keys import SigningKeys, load_or_create_development_key, thumbprint
from xuefen.core.tokens import Audience, TokenExpired, TokenInvalid, Tokens, new_secret, secret_hash
from xuefen.core.tokens import tokens as installed_tokens


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_good_token_passes() -> None:
    claims = TOKENS.verify(GOOD, Audience.user)
    assert (claims.subject, claims.city_id, claims.token_id) == (SUBJECT, CITY, TOKEN_ID)
    assert claims.audience is Audience.user
    assert claims.expires_at - claims.issued_at == timedelta(minutes=10)


def test_a_token_above_the_length_is_not_even_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_LENGTH", len(GOOD))
    TOKENS.verify(GOOD, Audience.user)
    monkeypatch.setattr(tokens, "MAX_LENGTH", len(GOOD) - 1)
    with pytest.raises(TokenInvalid):
        TOKENS.verify(GOOD, Audience.user)


def test_what_is_issued_is_verified() -> None:
    subject, city = uuid4(), uuid4()
    token = TOKENS.issue(subject, city, Audience.platform, ["completions.write", "completions.read"])
    claims = TOKENS.verify(token, Audience.platform)
    assert (claims.subject, claims.city_id) == (subject, city)
    assert claims.scopes == ("completions.write", "completions.read")
    assert jwt.get_unverified_header(token) == HEADER


HOSTILE = hostile_tokens()


def test_the_corpus_is_as_large_as_the_property_asks() -> None:
    assert len(HOSTILE) >= 200
    assert GOOD not in HOSTILE.values()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_token_is_refused(name: str) -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.verify(HOSTILE[name], Audience.user)
    TOKENS.verify(GOOD, Audience.user)


def test_without_the_checks_by_hand_the_library_accepts_many_of_them() -> None:
    """The control: the same corpus through the library alone."""
    accepted = 0
    for token in HOSTILE.values():
        try:
            jwt.decode(token, json.loads(JWK), ["ES256", "HS256"], audience="xuefen-user")
        except Exception:
            continue
        accepted += 1
    assert accepted > 20


@pytest.mark.parametrize("value", [None, b"bytes", 7, ["a"], {"a": 1}])
def test_what_is_no_string_is_refused(value: Any) -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.verify(value, Audience.user)


def test_each_audience_refuses_the_others_tokens() -> None:
    for own in Audience:
        token = TOKENS.issue(SUBJECT, CITY, own)
        for other in Audience:
            if other is own:
                TOKENS.verify(token, other)
            else:
                with pytest.raises(TokenInvalid):
                    TOKENS.verify(token, other)


def test_an_expired_token_says_so_only_when_it_was_ours() -> None:
    old = {**CLAIMS, "exp": NOW - 1, "iat": NOW - 601}
    with pytest.raises(TokenExpired):
        TOKENS.verify(signed(claims=old), Audience.user)
    with pytest.raises(TokenInvalid):
        TOKENS.verify(signed(claims=old, pem=STRANGERS), Audience.user)


def test_a_token_lives_exactly_as_long_as_it_says() -> None:
    token = TOKENS.issue(SUBJECT, CITY, Audience.user)
    with time_machine.travel(NOW + 599, tick=False):
        TOKENS.verify(token, Audience.user)
    with time_machine.travel(NOW + 600, tick=False), pytest.raises(TokenExpired):
        TOKENS.verify(token, Audience.user)


def test_a_clock_may_be_a_little_ahead() -> None:
    TOKENS.verify(signed(claims={**CLAIMS, "iat": NOW + 5}), Audience.user)
    with pytest.raises(TokenInvalid):
        TOKENS.verify(signed(claims={**CLAIMS, "iat": NOW + 6}), Audience.user)


def test_keys_rotate_without_signing_anyone_out() -> None:
    before = Tokens(SigningKeys([OLD]), timedelta(minutes=10))
    during = Tokens(SigningKeys([OURS, OLD]), timedelta(minutes=10))
    after = Tokens(SigningKeys([OURS]), timedelta(minutes=10))
    old_token = before.issue(SUBJECT, CITY, Audience.user)
    new_token = during.issue(SUBJECT, CITY, Audience.user)
    during.verify(old_token, Audience.user)
    during.verify(new_token, Audience.user)
    after.verify(new_token, Audience.user)
    with pytest.raises(TokenInvalid):
        after.verify(old_token, Audience.user)


def test_the_key_set_holds_public_halves_only_and_verifies_with_another_library_call() -> None:
    keys = TOKENS.keys.jwks()["keys"]
    assert [sorted(key) for key in keys] == [["alg", "crv", "kid", "kty", "use", "x", "y"]] * 2
    assert jwt.decode(GOOD, keys[0], ["ES256"], audience="xuefen-user")["sub"] == str(SUBJECT)


def test_a_key_id_is_the_thumbprint_of_the_standard() -> None:
    """RFC 7638: SHA-256 over the required members in lexical order, without blanks."""
    jwk = TOKENS.keys.jwks()["keys"][0]
    canonical = '{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'.format(**jwk)
    assert thumbprint(jwk) == segment(hashlib.sha256(canonical.encode()).digest()) == KID


@pytest.mark.parametrize("lifetime", [timedelta(), timedelta(seconds=-1), timedelta(hours=2)])
def test_no_token_lives_for_ever(lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="hour"):
        Tokens(SigningKeys([OURS]), lifetime)


def unusable_keys() -> list[Callable[[], str]]:
    def pem(key: Any) -> str:
        return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())

    return [
        lambda: "",
        lambda: "secret",
        lambda: PEM.decode(),
        lambda: pem(ec.generate_private_key(ec.SECP384R1())),
        lambda: pem(ec.generate_private_key(ec.SECP256K1())),
        lambda: pem(rsa.generate_private_key(65537, 2048)),
        lambda: pem(ed25519.Ed25519PrivateKey.generate()),
    ]


@pytest.mark.parametrize("make", unusable_keys())
def test_only_private_keys_on_p256_are_taken(make: Callable[[], str]) -> None:
    with pytest.raises(InsecureSettings) as refusal:
        SigningKeys([make()])
    assert "BEGIN" not in str(refusal.value)


def test_no_key_is_no_configuration() -> None:
    with pytest.raises(InsecureSettings):
        SigningKeys([])


def test_the_development_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "key.pem"
    first = load_or_create_development_key(path)
    assert load_or_create_development_key(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_this_installation_has_tokens() -> None:
    token = installed_tokens().issue(SUBJECT, CITY, Audience.user)
    assert installed_tokens().verify(token, Audience.user).subject == SUBJECT
    assert installed_tokens().lifetime == timedelta(minutes=10)


def test_secrets_are_long_random_and_stored_as_a_hash() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) >= 43 for secret in secrets)
    one = secrets.pop()
    assert secret_hash(one) == hashlib.sha256(one.encode()).hexdigest()
    secret_hash("\ud800")
