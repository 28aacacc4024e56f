"""Whatever comes to the X-Road front is answered in its form, nothing unsigned is answered, nothing is reflected."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.gateway.messages import Reply, Request, rendered
from haihe.gateway.testing import ASKER, CLIENT, SERVICE, Door, Person, question, relief_fields, signed_headers
from haihe.gateway.tests.conftest import LIU
from haihe.kernel.keyring import Keyring

PROVIDER = "/r1/CN-TJ/GOV/120012/000001"
VERIFY = f"{PROVIDER}/{SERVICE}/verify"
LINE = re.compile(r"[a-z-]+: [^\x00-\x1f\x7f]*")
latin = st.characters(max_codepoint=255)
part = st.text(latin, max_size=12) | st.sampled_from(
    ["CN-TJ", "GOV", "120012", "000001", SERVICE, "verify", "query", "listMethods", "allowedMethods", "..", ""]
)
paths = (
    st.sampled_from([VERIFY, f"{PROVIDER}/listMethods", f"{PROVIDER}/getOpenAPI", "/listClients", "/r1/openapi.json"])
    | st.lists(part, max_size=8).map(lambda parts: "/r1/" + "/".join(parts))
    | st.text(latin, max_size=60).map(lambda text: f"/r1/{text}")
)
headers = st.dictionaries(
    st.sampled_from(["x-road-client", "x-road-id", "x-road-issue", "x-road-userid", "content-type", "expect"]),
    st.text(latin, max_size=200) | st.sampled_from([f"CN-TJ/GOV/{ASKER}", f"CN-TJ/GOV/{ASKER}/{CLIENT}", "GJJ-2026-1"]),
)


@pytest.fixture(scope="module")
def open_door(keyring: Keyring) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Path(folder), keyring=keyring, people=[Person(LIU.id_number, "刘志远", relief_fields())])
        yield door
        door.close()


def check(reply: Reply) -> None:
    assert reply.status < 500
    assert all(LINE.fullmatch(line) for line in reply.headers.removesuffix("\r\n").split("\r\n"))
    told = json.loads(reply.body)
    if reply.status != 200:
        assert set(told) == {"type", "message", "detail"}
        assert f"x-road-error: {told['type']}\r\n" in reply.headers
    # It can be written as HTTP, and its head ends where the body begins.
    head, _, body = rendered(reply, keep_alive=True).partition(b"\r\n\r\n")
    assert (body, head.count(b"\r\nx-road-request-id: ")) == (reply.body, 1)


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", ""]),
    path=paths,
    query=st.none() | st.text(latin, max_size=30) | st.text(latin, max_size=20).map(lambda text: f"serviceCode={text}"),
    more=headers,
)
def test_nothing_that_nobody_signed_is_answered_about_anybody(
    open_door: Door, method: str, path: str, query: str | None, more: dict[str, str]
) -> None:
    reply = open_door.send(Request(method, path, query, more, question(LIU.id_number), keep_alive=True))
    check(reply)
    assert "answer" not in json.loads(reply.body)
    assert "signature" not in reply.headers
    if reply.status == 200:
        assert method == "GET"


@settings(deadline=None)
@given(path=st.just(VERIFY) | paths, more=headers, body=st.just(question(LIU.id_number)) | st.binary(max_size=60))
def test_what_is_signed_is_answered_only_to_whom_it_names(
    open_door: Door, path: str, more: dict[str, str], body: bytes
) -> None:
    if not (path.isascii() and path.isprintable()):
        return
    signed = signed_headers(body, path=path, created=int(open_door.now))
    reply = open_door.post(body, path=path, headers=signed | more)
    check(reply)
    if "answer" in json.loads(reply.body):
        assert more["x-road-client"] in (f"CN-TJ/GOV/{ASKER}", f"CN-TJ/GOV/{ASKER}/{CLIENT}")
        assert more.get("x-road-issue", "GJJ-2026-1") == "GJJ-2026-1"
        assert path in (VERIFY, VERIFY.removesuffix("/verify"))
