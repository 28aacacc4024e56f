"""Whatever comes, it is answered with a problem document or an answer, and never with a 5xx."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.gateway.messages import Reply, Request
from haihe.gateway.testing import PATH, Door, Person, relief_fields, signed_headers
from haihe.gateway.tests.conftest import LIU
from haihe.kernel.keyring import Keyring
from haihe.kernel.problems import PROBLEMS

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=8), parts, max_size=3),
    max_leaves=8,
)
questions = st.fixed_dictionaries(
    {},
    optional={
        "subject": json_values
        | st.fixed_dictionaries(
            {}, optional={"id_number": st.just(LIU.id_number) | st.text(max_size=30), "name": st.text() | json_values}
        ),
        "purpose": st.just("HOUSING_FUND_WITHDRAWAL") | json_values,
        "case": st.text(max_size=70) | json_values,
        "claim": st.just("on_relief") | json_values,
        "more": json_values,
    },
)
header_names = st.sampled_from(["content-type", "content-digest", "signature", "signature-input", "expect"])
header_texts = st.text(st.characters(max_codepoint=255), max_size=200)


@pytest.fixture(scope="module")
def open_door(keyring: Keyring) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Path(folder), keyring=keyring, people=[Person(LIU.id_number, "刘志远", relief_fields())])
        yield door
        door.close()


def check(reply: Reply) -> None:
    document = json.loads(reply.body)
    assert reply.status < 500
    if reply.status == 200:
        assert document["answer"] in ("MATCH", "NO_MATCH", "UNKNOWN")
        return
    kind = PROBLEMS[document["type"].removeprefix("urn:haihe:problem:")]
    assert document["status"] == reply.status == kind.status
    assert reply.headers.isascii()


@settings(deadline=None)
@given(body=st.binary(max_size=200) | questions.map(lambda q: json.dumps(q).encode()))
def test_any_signed_body(open_door: Door, body: bytes) -> None:
    check(open_door.post(body))


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "", "PATCH"]),
    path=st.just(PATH) | st.text(st.characters(max_codepoint=255), max_size=60).map(lambda t: f"/v1/verify/{t}"),
    query=st.none() | st.text(max_size=10),
    headers=st.dictionaries(header_names, header_texts),
    signed=st.booleans(),
)
def test_any_request(
    open_door: Door, method: str, path: str, query: str | None, headers: dict[str, str], signed: bool
) -> None:
    base = signed_headers(b"{}", created=int(open_door.now)) if signed else {}
    check(open_door.send(Request(method, path, query, base | headers, b"{}", keep_alive=True)))
