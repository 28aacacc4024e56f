"""Schemathesis asks a real gateway all that its two descriptions promise: its own and that of the X-Road front.

What it makes up is signed on the way out, so that it comes past authentication; then nearly all of it must be refused,
each time in a way that the description lists, and what fits the description must never be called malformed.
"""

import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import BaseSchema, Case

from haihe.gateway import openapi
from haihe.gateway.loopback import Loopback
from haihe.gateway.testing import CLIENT, SECRET
from haihe.gateway.tests.conftest import LIU, WANG
from haihe.gateway.xroad.description import describe_front
from haihe.kernel.keyring import Keyring
from haihe.kernel.signing import sign_request

ADDED = {f"#/components/parameters/{name}" for name in ("ContentDigest", "SignatureInput", "Signature", "Issue")}
"""What `sign` adds, and what must repeat the body, so that nobody makes it up."""
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"mode": "all"},
        "checks": {
            # No schema can say which identity numbers have the right check character.
            "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422, 429]},
            "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 413, 415, 422, 429]},
        },
    }
)


def without_what_is_added(document: dict[str, Any]) -> dict[str, Any]:
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
            parameters = operation.get("parameters", [])
            operation["parameters"] = [each for each in parameters if each.get("$ref") not in ADDED]
    return document


def read(document: dict[str, Any]) -> BaseSchema:
    return schemathesis.openapi.from_dict(document, config=CONFIG)


gateway, front = read(without_what_is_added(openapi.document())), read(without_what_is_added(describe_front()))
gateway_unsigned, front_unsigned = read(openapi.document()), read(describe_front())
bounded = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Iterator[str]:
    with Loopback(tmp_path_factory.mktemp("gateway"), keyring=keyring, people=[LIU, WANG]) as loopback:
        loopback.door.open_relief_details()
        yield loopback.url


# Corrections lead on from what the ledger holds, and this gateway has no database behind it: it says so, with 503.
@gateway.exclude(path_regex="^/v1/corrections").parametrize()
@bounded
def test_the_gateway_does_as_its_description_says(case: Case[Any], url: str) -> None:
    check(case, url, signed=True)


@front.parametrize()
@bounded
def test_the_x_road_front_does_as_its_description_says(case: Case[Any], url: str) -> None:
    check(case, url, signed=True)


@gateway_unsigned.parametrize()
@bounded
def test_the_gateway_answers_nothing_personal_to_a_made_up_signature(case: Case[Any], url: str) -> None:
    check(case, url, signed=False)


@front_unsigned.parametrize()
@bounded
def test_the_x_road_front_answers_nothing_personal_to_a_made_up_signature(case: Case[Any], url: str) -> None:
    check(case, url, signed=False)


def check(case: Case[Any], url: str, *, signed: bool) -> None:
    """Send what was made up, and hold the reply against the description."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url=url)).prepare()
    if signed:
        sign(prepared)
    with requests.Session() as session:
        session.trust_env = False
        reply = session.send(prepared, allow_redirects=False, timeout=60)
    if not signed and prepared.method == "POST":
        assert reply.status_code != 200
    case.validate_response(reply)


def sign(prepared: requests.PreparedRequest) -> None:
    body = prepared.body or b""
    if isinstance(body, str):
        body = body.encode()
    assert isinstance(body, bytes)
    headers = sign_request(
        method=str(prepared.method),
        path=prepared.path_url.partition("?")[0],
        body=body,
        client_id=CLIENT,
        secret=SECRET,
        created=int(time.time()),
        nonce=secrets.token_urlsafe(16),
    )
    prepared.headers.update(headers)
