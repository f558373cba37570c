"""Bodies of the operations that take a form: the sign-in and the upload."""

from collections.abc import Iterator

from tests.hostile.values import CANARY

Form = tuple[str, bytes, str | bytes]
URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = b"xxboundary"
MULTIPART = b"multipart/form-data; boundary=" + BOUNDARY
WORD = CANARY.encode()


def sign_in_forms() -> Iterator[Form]:
    """All of them are refused: there is no such account, or no such form."""
    for name, value in {
        "nul": b"%00",
        "surrogate": b"%ED%A0%80",
        "no utf-8": b"%FF%FE",
        "raw bytes": b"\xff\xfe",
        "broken percent": b"%zz%",
        "control": b"%1b" + WORD,
        "long": WORD * 20_000,
        "empty": b"",
        "blanks": b"+%09",
        "sql": b"' OR '1'='1",
        "full width": "１２３".encode(),
        "override": b"%E2%80%AE" + WORD,
        "markup": b"<script>" + WORD,
    }.items():
        yield f"username {name}", b"grant_type=password&password=p&username=" + value, URLENCODED
        yield f"password {name}", b"grant_type=password&username=T0001&password=" + value, URLENCODED
        yield f"grant_type {name}", b"username=T0001&password=p&grant_type=" + value, URLENCODED
        yield f"scope {name}", b"grant_type=client_credentials&scope=" + value, URLENCODED
    yield "nothing", b"", URLENCODED
    yield "only signs", b"&&=&=", URLENCODED
    yield "username twice", b"grant_type=password&username=a&username=b&password=p", URLENCODED
    yield "many fields", b"&".join(WORD + b"%d=1" % n for n in range(5_000)), URLENCODED
    yield "json", b'{"grant_type": "password"}', "application/json"
    yield "json called a form", b'{"grant_type": "password"}', URLENCODED
    yield "no type", b"grant_type=password&username=a&password=b", ""
    yield "three megabytes", b"grant_type=password&username=" + b"x" * 3_000_000, URLENCODED
    yield "a file as name", part("grant_type", b"password") + part("username", WORD, "a.txt") + END, MULTIPART


def part(name: str, content: bytes, filename: str | None = None, more: bytes = b"") -> bytes:
    file = f'; filename="{filename}"' if filename is not None else ""
    head = f'Content-Disposition: form-data; name="{name}"{file}'.encode("utf-8", "surrogatepass")
    return b"--" + BOUNDARY + b"\r\n" + head + b"\r\n" + more + b"\r\n" + content + b"\r\n"


END = b"--" + BOUNDARY + b"--\r\n"


def upload_forms(import_id: str) -> Iterator[Form]:
    """Forms of an upload that are broken as forms; broken files are in test_uploads.py."""
    the_id = part("id", import_id.encode())
    file = part("file", "工号,姓名\n".encode(), "a.csv")
    for name, body in {
        "nothing": b"",
        "no end": the_id + file,
        "only the end": END,
        "no file": the_id + END,
        "no id": file + END,
        "file as text": the_id + part("file", WORD) + END,
        "id as file": part("id", import_id.encode(), "id.txt") + file + END,
        "two files": the_id + file + file + END,
        "unknown field": the_id + file + part(CANARY, b"1") + END,
        "id of a word": part("id", WORD) + file + END,
        "id with nul": part("id", import_id.encode() + b"\0") + file + END,
        "unit of a word": the_id + file + part("organisation_id", WORD) + END,
        "name with nul": the_id + part("file", b"a,b", f"{CANARY}\0.csv") + END,
        "name of a path": the_id + part("file", b"a,b", f"../../{CANARY}.csv") + END,
        "name of surrogates": the_id + part("file", b"a,b", "\ud800.csv") + END,
        "name empty": the_id + part("file", b"a,b", "") + END,
        "name long": the_id + part("file", b"a,b", CANARY * 2_000 + ".csv") + END,
        "header of bytes": the_id + part("file", b"a", "a.csv", b"Content-Type: \xff\xfe\r\n") + END,
        "header without end": b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; name=" + WORD * 3_000,
        "many headers": the_id + part("file", b"a", "a.csv", b"X-A: b\r\n" * 2_000) + END,
        "many parts": part(CANARY, b"1") * 3_000 + END,
        "long text part": the_id + part("organisation_id", b"x" * 1_500_000) + file + END,
        "another boundary": body_of_another_boundary(),
        "random bytes": bytes(range(256)) * 20,
    }.items():
        yield name, body, MULTIPART
    good = the_id + file + END
    yield "no boundary", good, "multipart/form-data"
    yield "empty boundary", good, "multipart/form-data; boundary="
    yield "long boundary", good, b"multipart/form-data; boundary=" + b"x" * 5_000
    yield "boundary of bytes", good, b"multipart/form-data; boundary=\xff\xfe"
    yield "unknown charset", good, MULTIPART + b"; charset=" + WORD
    yield "json", b"{}", "application/json"
    yield "form", b"id=1&file=" + WORD, URLENCODED
    yield "a bare workbook", b"PK\x03\x04" + WORD, "application/octet-stream"


def body_of_another_boundary() -> bytes:
    return (part("id", WORD) + END).replace(BOUNDARY, b"another")
