"""A system's keys: several at once while one takes over from another, each in its own time, of two kinds."""

import json
import math

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from haihe.gateway import batch as batches
from haihe.gateway.gateway_key import GatewayKey
from haihe.gateway.messages import Reply, Request
from haihe.gateway.policy import Client, ClientKey
from haihe.gateway.testing import ASKER, CLIENT, PATH, Door, batch, question, signed_headers
from haihe.gateway.tests.conftest import LIU
from haihe.gateway.tests.test_batch import strangers
from haihe.kernel.mac import Mac
from haihe.kernel.signing import check_response

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
PRIVATE = Ed25519PrivateKey.generate()
BODY = question(LIU.id_number)
HOUR = 3600.0


def hold(door: Door, *keys: tuple[str, bytes | Ed25519PublicKey, float, float]) -> None:
    """Give the client these keys, newest first; times are seconds from now."""
    door.client = Client(
        CLIENT,
        ASKER,
        tuple(
            ClientKey((CLIENT, name), Mac(key) if isinstance(key, bytes) else key, door.now + start, door.now + end)
            for name, key, start, end in keys
        ),
    )
    door.apply()


def ask(door: Door, key_id: str, secret: bytes | Ed25519PrivateKey) -> str:
    """Return the answer or the refusal's slug; it must be signed for whoever proved to be the client."""
    headers = signed_headers(BODY, client_id=key_id, secret=secret, created=int(door.now))
    reply = door.send(Request("POST", PATH, None, headers, BODY, keep_alive=True))
    said = json.loads(reply.body)
    slug = said.get("answer") or str(said["type"]).rsplit(":", 1)[1]
    if slug not in {"credentials-invalid", "credentials-missing"}:
        assert is_signed(door, reply, headers, key_id, secret)
    return str(slug)


def is_signed(door: Door, reply: Reply, asked: dict[str, str], key_id: str, secret: bytes | Ed25519PrivateKey) -> bool:
    own = GatewayKey.of(door.keyring)
    sent = dict(line.split(": ", 1) for line in reply.headers.splitlines())
    theirs = isinstance(secret, bytes)
    return check_response(
        sent,
        status=reply.status,
        body=reply.body,
        client_id=key_id if theirs else own.id,
        secret=secret if isinstance(secret, bytes) else own.private.public_key(),
        request_headers=asked,
    )


def test_the_old_key_serves_on_beside_the_new_one(door: Door) -> None:
    hold(door, ("k2", NEW, -HOUR, HOUR), ("k1", OLD, -9 * HOUR, HOUR))
    for key_id in (CLIENT, f"{CLIENT}:k1"):
        assert ask(door, key_id, OLD) == "MATCH"
    for key_id in (CLIENT, f"{CLIENT}:k2"):
        assert ask(door, key_id, NEW) == "MATCH"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (0.0, 1.0, "MATCH"),
        (-1.0, 0.0, "key-expired"),
        (-HOUR, -1.0, "key-expired"),
        (1.0, HOUR, "key-expired"),
        (-HOUR, math.inf, "MATCH"),
    ],
)
def test_a_key_is_good_from_its_first_second_until_before_its_last(
    door: Door, start: float, end: float, said: str
) -> None:
    hold(door, ("k1", OLD, start, end))
    assert ask(door, CLIENT, OLD) == said
    assert ask(door, CLIENT, OTHER) == "credentials-invalid"


def test_whoever_names_a_key_is_held_to_it(door: Door) -> None:
    hold(door, ("k2", NEW, -HOUR, HOUR), ("k1", OLD, -HOUR, HOUR))
    assert ask(door, f"{CLIENT}:k2", OLD) == "credentials-invalid"
    assert ask(door, f"{CLIENT}:k3", NEW) == "credentials-invalid"
    assert ask(door, "nobody:k2", NEW) == "credentials-invalid"


def test_only_the_newest_three_are_tried(door: Door) -> None:
    keys = [(f"k{n}", bytes([n]) * 32, -HOUR, HOUR) for n in range(1, 5)]
    hold(door, *keys)
    assert [ask(door, CLIENT, bytes([n]) * 32) for n in range(1, 5)] == [*["MATCH"] * 3, "credentials-invalid"]


def test_a_system_may_sign_with_ed25519_and_is_answered_with_the_gateways_key(door: Door) -> None:
    hold(door, ("k2", PRIVATE.public_key(), -HOUR, HOUR), ("k1", OLD, -HOUR, HOUR))
    assert ask(door, CLIENT, PRIVATE) == "MATCH"
    assert ask(door, f"{CLIENT}:k2", PRIVATE) == "MATCH"
    assert ask(door, CLIENT, OLD) == "MATCH"
    assert ask(door, CLIENT, Ed25519PrivateKey.generate()) == "credentials-invalid"
    public = PRIVATE.public_key().public_bytes_raw()
    assert ask(door, CLIENT, public) == "credentials-invalid"


def test_an_unknown_system_is_refused_whatever_it_signs_with(door: Door) -> None:
    assert ask(door, "nobody", PRIVATE) == ask(door, "nobody", OLD) == "credentials-invalid"


def test_a_key_that_ends_meanwhile_ends_the_batch(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 3)
    hold(door, ("k2", NEW, -HOUR, HOUR), ("k1", OLD, -HOUR, HOUR))
    body = batch(strangers(9))
    headers = signed_headers(body, path=f"{PATH}/batch", client_id=CLIENT, secret=OLD, created=int(door.now))
    letterbox = door.batch(body, headers=headers, between=lambda: hold(door, ("k2", NEW, -HOUR, HOUR)))
    assert b"credentials-invalid" in b"".join(letterbox.parts)
    assert letterbox.ended


def test_the_gateways_key_is_the_same_for_all_gateways_and_is_published(door: Door) -> None:
    own = GatewayKey.of(door.keyring)
    reply = door.send(Request("GET", "/v1/keys", None, {}, b"", keep_alive=True))
    (published,) = json.loads(reply.body)["keys"]
    assert (published["kid"], published["kty"], published["crv"]) == (own.id, "OKP", "Ed25519")
    assert reply.status == 200
    assert b'"d"' not in reply.body


def test_the_gateways_key_is_not_the_ledgers(door: Door) -> None:
    ledger, own = door.keyring.ledger_private_key, door.keyring.gateway_private_key
    assert ledger.public_key().public_bytes_raw() != own.public_key().public_bytes_raw()
