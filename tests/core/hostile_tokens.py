"""Tokens that must be refused: each differs from `GOOD` in one thing. They are good or bad at `NOW`.

An application that is to meet them runs with `XUEFEN_SIGNING_KEYS=[OURS, OLD]` and its clock at `NOW`.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from xuefen.core.signing_keys import SigningKeys, new_signing_key
from xuefen.core.tokens import Tokens, new_secret

OURS = new_signing_key()
OLD = new_signing_key()
STRANGERS = new_signing_key()
NOW = 1_795_300_000
TOKENS = Tokens(SigningKeys([OURS, OLD]), timedelta(minutes=10))
KID = TOKENS.keys.current_id
SUBJECT, CITY, TOKEN_ID = uuid4(), uuid4(), uuid4()
PUBLIC = load_pem_private_key(OURS.encode(), None).public_key()

HEADER: Mapping[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": KID}
CLAIMS: Mapping[str, Any] = {
    "iss": "xuefen",
    "aud": "xuefen-user",
    "sub": str(SUBJECT),
    "city": str(CITY),
    "scope": "",
    "iat": NOW - 10,
    "exp": NOW + 590,
    "jti": str(TOKEN_ID),
}


def segment(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def es256(pem: str, message: str) -> bytes:
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(key.sign(message.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed(header: Any = HEADER, claims: Any = CLAIMS, pem: str = OURS) -> str:
    """A token with a perfect signature over whatever stands in it."""
    message = f"{segment(header)}.{segment(claims)}"
    return f"{message}.{segment(es256(pem, message))}"


def keyed(secret: bytes, header: Mapping[str, Any], digest: Any = hashlib.sha256) -> str:
    message = f"{segment(dict(header))}.{segment(dict(CLAIMS))}"
    return f"{message}.{segment(hmac.new(secret, message.encode(), digest).digest())}"


def without(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}


GOOD = signed()
HEAD, BODY, SIGNATURE = GOOD.split(".")


# --- algorithm and key ------------------------------------------------------------------------------------


def public(encoding: Encoding, form: PublicFormat) -> bytes:
    return PUBLIC.public_bytes(encoding, form)


PEM = public(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = public(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SSH = public(Encoding.OpenSSH, PublicFormat.OpenSSH)
POINT = public(Encoding.X962, PublicFormat.UncompressedPoint)
JWK = json.dumps(TOKENS.keys.jwks()["keys"][0]).encode()
HMAC_KEYS = {
    "pem": PEM,
    "pem-stripped": PEM.strip(),
    "der": DER,
    "ssh": SSH,
    "point": POINT,
    "jwk": JWK,
    "kid": KID.encode(),
    "empty": b"",
    "nul": b"\0",
    "secret": b"secret",
    "xuefen": b"xuefen",
    "null": b"null",
}


def other_algorithms() -> dict[str, str]:
    rsa_key = rsa.generate_private_key(65537, 2048)
    edwards = ed25519.Ed25519PrivateKey.generate()
    p384 = ec.generate_private_key(ec.SECP384R1())
    made: dict[str, str] = {}
    for name, sign in {
        "RS256": lambda m: rsa_key.sign(m, padding.PKCS1v15(), hashes.SHA256()),
        "PS256": lambda m: rsa_key.sign(m, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
        "EdDSA": edwards.sign,
        "ES384": lambda m: p384.sign(m, ec.ECDSA(hashes.SHA384())),
    }.items():
        message = f"{segment({**HEADER, 'alg': name})}.{BODY}"
        made[f"alg {name}"] = f"{message}.{segment(sign(message.encode()))}"
    return made


def none_algorithms() -> dict[str, str]:
    names = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "null",
        "HS256",
        "ES256 ",
        " ES256",
        "es256",
        "Es256",
        "ES256\0",
    ]
    made = {}
    for name in names:
        head = segment({**HEADER, "alg": name})
        made[f"alg {name!r} unsigned"] = f"{head}.{BODY}."
        made[f"alg {name!r} old signature"] = f"{head}.{BODY}.{SIGNATURE}"
        made[f"alg {name!r} signed"] = signed({**HEADER, "alg": name})
    return made


def alg_of_other_types() -> dict[str, str]:
    values: list[Any] = [None, True, 256, ["ES256"], {"alg": "ES256"}, 0.5]
    return {f"alg is {value!r}": signed({**HEADER, "alg": value}) for value in values}


def hmac_confusion() -> dict[str, str]:
    made = {}
    for name, key in HMAC_KEYS.items():
        for alg, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512), ("ES256", hashlib.sha256)):
            made[f"{alg} under {name}"] = keyed(key, {**HEADER, "alg": alg}, digest)
    return made


# --- header -----------------------------------------------------------------------------------------------


def hostile_headers() -> dict[str, str]:
    attacker = SigningKeys([STRANGERS])
    attackers_jwk = {**attacker.jwks()["keys"][0]}
    more: dict[str, Any] = {
        "crit empty": {"crit": []},
        "crit exp": {"crit": ["exp"]},
        "crit b64": {"crit": ["b64"], "b64": False},
        "crit unknown": {"crit": ["urn:x"], "urn:x": 1},
        "crit null": {"crit": None},
        "jku": {"jku": "https://attacker.example/jwks.json"},
        "jwk ours": {"jwk": json.loads(JWK)},
        "x5u": {"x5u": "https://attacker.example/cert.pem"},
        "x5c": {"x5c": [segment(DER)]},
        "x5t": {"x5t": "abc"},
        "cty": {"cty": "JWT"},
        "zip": {"zip": "DEF"},
        "enc": {"enc": "A128GCM"},
        "unknown": {"hello": 1},
        "typ JWT": {"typ": "JWT"},
        "typ refresh": {"typ": "rt+jwt"},
        "typ upper case": {"typ": "AT+JWT"},
        "typ long form": {"typ": "application/at+jwt"},
        "typ null": {"typ": None},
        "typ list": {"typ": ["at+jwt"]},
        "kid unknown": {"kid": "unknown"},
        "kid empty": {"kid": ""},
        "kid null": {"kid": None},
        "kid number": {"kid": 0},
        "kid list": {"kid": [KID]},
        "kid object": {"kid": {"$ne": ""}},
        "kid path": {"kid": "../../../../dev/null"},
        "kid sql": {"kid": "x' UNION SELECT 'secret"},
        "kid shell": {"kid": "|sleep 1"},
        "kid of another case": {"kid": KID.swapcase()},
        "kid cut": {"kid": KID[:-1]},
        "kid with blank": {"kid": KID + " "},
        "kid with nul": {"kid": KID + "\0"},
        "kid surrogate": {"kid": "\ud800"},
    }
    made = {name: signed({**HEADER, **extra}) for name, extra in more.items()}
    made |= {
        "jwk of a stranger": signed(
            {**HEADER, "jwk": attackers_jwk, "kid": attacker.current_id}, pem=STRANGERS
        ),
        "jwk of a stranger under our kid": signed({**HEADER, "jwk": attackers_jwk}, pem=STRANGERS),
        "stranger's key under our kid": signed(pem=STRANGERS),
        "stranger's key under its kid": signed({**HEADER, "kid": attacker.current_id}, pem=STRANGERS),
        "another of our keys": signed({**HEADER, "kid": list(TOKENS.keys.public)[1]}),
        "no alg": signed(without(HEADER, "alg")),
        "no typ": signed(without(HEADER, "typ")),
        "no kid": signed(without(HEADER, "kid")),
        "empty header": signed({}),
    }
    raw: dict[str, bytes] = {
        "header null": b"null",
        "header list": b'["ES256"]',
        "header text": b'"ES256"',
        "header number": b"1",
        "header not json": b"{alg:ES256}",
        "header empty": b" ",
        "header not utf-8": b'{"alg":"ES256","typ":"at+jwt","kid":"\xff"}',
        "header utf-16": json.dumps(dict(HEADER)).encode("utf-16"),
        "header with bom": b"\xef\xbb\xbf" + json.dumps(dict(HEADER)).encode(),
        "header twice alg": f'{{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"{KID}"}}'.encode(),
        "header twice kid": f'{{"alg":"ES256","typ":"at+jwt","kid":"x","kid":"{KID}"}}'.encode(),
        "header trailing text": json.dumps(dict(HEADER)).encode() + b"{}",
        "header deep": b"[" * 700 + b"]" * 700,
        "header NaN": f'{{"alg":"ES256","typ":"at+jwt","kid":"{KID}","x":NaN}}'.encode(),
    }
    return made | {name: signed(value) for name, value in raw.items()}


# --- claims -----------------------------------------------------------------------------------------------


def hostile_claims() -> dict[str, str]:
    changed: dict[str, dict[str, Any]] = {
        "exp passed": {"exp": NOW - 1, "iat": NOW - 601},
        "exp this second": {"exp": NOW, "iat": NOW - 600},
        "exp long ago": {"exp": 1, "iat": 0},
        "exp too far": {"exp": NOW + 10**9},
        "exp a day ahead": {"exp": NOW + 86_400},
        "exp bool": {"exp": True},
        "exp float": {"exp": NOW + 590.5},
        "exp whole float": {"exp": float(NOW + 590)},
        "exp text": {"exp": str(NOW + 590)},
        "exp null": {"exp": None},
        "exp list": {"exp": [NOW + 590]},
        "exp negative": {"exp": -1},
        "exp beyond time": {"exp": 10**18},
        "exp beyond 64 bits": {"exp": 2**64},
        "exp huge": {"exp": 10**300},
        "exp infinite": {"exp": float("inf")},
        "exp nan": {"exp": float("nan")},
        "iat ahead": {"iat": NOW + 60, "exp": NOW + 600},
        "iat bool": {"iat": True},
        "iat float": {"iat": NOW - 0.5},
        "iat text": {"iat": "now"},
        "iat null": {"iat": None},
        "iat negative": {"iat": -1},
        "iat after exp": {"iat": NOW + 4, "exp": NOW + 3},
        "iat very old": {"iat": 0},
        "nbf ahead": {"nbf": NOW + 60},
        "nbf text": {"nbf": "soon"},
        "nbf bool": {"nbf": True},
        "aud of a platform": {"aud": "xuefen-platform"},
        "aud list": {"aud": ["xuefen-user"]},
        "aud of both": {"aud": ["xuefen-user", "xuefen-platform"]},
        "aud another service": {"aud": "other"},
        "aud empty": {"aud": ""},
        "aud null": {"aud": None},
        "aud empty list": {"aud": []},
        "aud number": {"aud": 1},
        "aud object": {"aud": {"xuefen-user": True}},
        "aud with blank": {"aud": "xuefen-user "},
        "aud upper case": {"aud": "XUEFEN-USER"},
        "aud part": {"aud": "xuefen"},
        "iss another": {"iss": "attacker"},
        "iss empty": {"iss": ""},
        "iss null": {"iss": None},
        "iss list": {"iss": ["xuefen"]},
        "iss upper case": {"iss": "XUEFEN"},
        "iss look-alike": {"iss": "хuefen"},
        "sub empty": {"sub": ""},
        "sub null": {"sub": None},
        "sub number": {"sub": 1},
        "sub list": {"sub": [str(SUBJECT)]},
        "sub name": {"sub": "admin"},
        "sub sql": {"sub": f"{SUBJECT}' OR '1'='1"},
        "sub with nul": {"sub": f"{SUBJECT}\0"},
        "sub full width": {"sub": "１" * 32},
        "sub surrogate": {"sub": "\ud800"},
        "city empty": {"city": ""},
        "city null": {"city": None},
        "jti null": {"jti": None},
        "jti number": {"jti": 7},
        "jti text": {"jti": "1"},
        "scope list": {"scope": ["completions.write"]},
        "scope null": {"scope": None},
        "scope long": {"scope": "x" * 600},
        "role of its own": {"role": "administrator"},
        "refresh token": {"token_use": "refresh"},
        "at_hash": {"at_hash": "x"},
    }
    made = {name: signed(claims={**CLAIMS, **change}) for name, change in changed.items()}
    made |= {f"no {name}": signed(claims=without(CLAIMS, name)) for name in CLAIMS}
    made["no claims"] = signed(claims={})
    made["only sub"] = signed(claims={"sub": str(SUBJECT)})
    text = json.dumps(dict(CLAIMS))
    raw: dict[str, bytes] = {
        "payload null": b"null",
        "payload list": f"[{text}]".encode(),
        "payload text": json.dumps(text).encode(),
        "payload number": b"7",
        "payload true": b"true",
        "payload not json": b"sub=1",
        "payload not utf-8": text.replace("xuefen-user", "\xff").encode("latin-1"),
        "payload latin": b"\xe9",
        "payload utf-16": text.encode("utf-16"),
        "payload utf-32": text.encode("utf-32"),
        "payload with bom": b"\xef\xbb\xbf" + text.encode(),
        "payload twice exp": text.replace('"exp"', '"exp": 1, "exp"').encode(),
        "payload twice aud": text.replace('"aud"', '"aud": "xuefen-platform", "aud"').encode(),
        "payload twice sub, other spelling": text.replace(
            '"sub"', f'"\\u0073ub": "{uuid4()}", "sub"'
        ).encode(),
        "payload trailing text": text.encode() + b"x",
        "payload two objects": text.encode() * 2,
        "payload deep": b'{"a":' * 250 + b"1" + b"}" * 250,
        "payload jwt": GOOD.encode(),
    }
    return made | {name: signed(claims=value) for name, value in raw.items()}


# --- form -------------------------------------------------------------------------------------------------


def flipped(text: str) -> str:
    return ("B" if text[0] == "A" else "A") + text[1:]


def hostile_forms() -> dict[str, str]:
    another = signed(claims={**CLAIMS, "jti": str(uuid4())})
    r_and_s = base64.urlsafe_b64decode(SIGNATURE + "==")
    der = load_pem_private_key(OURS.encode(), None).sign(f"{HEAD}.{BODY}".encode(), ec.ECDSA(hashes.SHA256()))
    return {
        "empty": "",
        "dots": "..",
        "one part": HEAD,
        "two parts": f"{HEAD}.{BODY}",
        "no signature": f"{HEAD}.{BODY}.",
        "no header": f".{BODY}.{SIGNATURE}",
        "no payload": f"{HEAD}..{SIGNATURE}",
        "four parts": f"{GOOD}.",
        "five parts": f"{GOOD}.{BODY}.{SIGNATURE}",
        "encrypted form": f"{HEAD}.x.x.x.x",
        "leading dot": f".{GOOD}",
        "leading blank": f" {GOOD}",
        "trailing blank": f"{GOOD} ",
        "trailing newline": f"{GOOD}\n",
        "trailing nul": f"{GOOD}\0",
        "trailing text": f"{GOOD}x",
        "trailing padding": f"{GOOD}==",
        "padding inside": f"{HEAD}=.{BODY}.{SIGNATURE}",
        "newline inside": f"{HEAD}.\n{BODY}.{SIGNATURE}",
        "standard alphabet": GOOD.replace("_", "/").replace("-", "+") + "/",
        "loose last bits": GOOD[:-1] + chr(ord(GOOD[-1]) + 1),
        "bearer in front": f"Bearer {GOOD}",
        "quoted": f'"{GOOD}"',
        "two tokens": f"{GOOD},{GOOD}",
        "oversize": signed(claims={**CLAIMS, "scope": "x" * 3000}),
        "oversize blank": GOOD + " " * 10_000,
        "long nothing": "A" * 1_000_000,
        "unicode": "令牌.令牌.令牌",
        "full-width digits": f"{HEAD}.{BODY}.１２３",
        "surrogate": f"{HEAD}.{BODY}.\ud800",
        "opaque refresh token": new_secret(),
        "json serialisation": json.dumps({"protected": HEAD, "payload": BODY, "signature": SIGNATURE}),
        "header changed": f"{segment({**HEADER, 'kid': KID + 'x'})}.{BODY}.{SIGNATURE}",
        "payload changed": f"{HEAD}.{segment({**CLAIMS, 'sub': str(uuid4())})}.{SIGNATURE}",
        "audience changed": f"{HEAD}.{segment({**CLAIMS, 'aud': 'xuefen-platform'})}.{SIGNATURE}",
        "signature changed": f"{HEAD}.{BODY}.{flipped(SIGNATURE)}",
        "signature zero": f"{HEAD}.{BODY}.{segment(bytes(64))}",
        "signature of ones": f"{HEAD}.{BODY}.{segment(bytes([255]) * 64)}",
        "signature short": f"{HEAD}.{BODY}.{segment(r_and_s[:63])}",
        "signature long": f"{HEAD}.{BODY}.{segment(r_and_s + b'x')}",
        "signature twice": f"{HEAD}.{BODY}.{segment(r_and_s * 2)}",
        "signature swapped": f"{HEAD}.{BODY}.{segment(r_and_s[32:] + r_and_s[:32])}",
        "signature in DER": f"{HEAD}.{BODY}.{segment(der)}",
        "signature of another token": f"{HEAD}.{BODY}.{another.split('.')[2]}",
        "parts swapped": f"{BODY}.{HEAD}.{SIGNATURE}",
    }


def hostile_tokens() -> dict[str, str]:
    """Every hostile token by what is wrong with it."""
    corpora = (
        other_algorithms,
        none_algorithms,
        alg_of_other_types,
        hmac_confusion,
        hostile_headers,
        hostile_claims,
        hostile_forms,
    )
    return {name: token for corpus in corpora for name, token in corpus().items()}
