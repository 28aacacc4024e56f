"""OAuth 2 tokens: given to who proves itself, taken by every gateway, worth nothing once system or key is gone."""

import json
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver, algorithms

from haihe.gateway.gateway_key import GatewayKey
from haihe.gateway.messages import Reply, Request
from haihe.gateway.policy import Client, ClientKey
from haihe.gateway.testing import (
    ASKER,
    BATCH_PATH,
    CLIENT,
    PATH,
    SECRET,
    SERVICE,
    Door,
    batch,
    question,
    signed_headers,
)
from haihe.gateway.tests.conftest import LIU
from haihe.gateway.token_desk import ASSERTION, MOST_PER_S, TOKEN_ROUTE
from haihe.gateway.tokens import LIFE_S
from haihe.kernel.compact_jws import write_jws
from haihe.kernel.keyring import Keyring
from haihe.kernel.mac import Mac
from haihe.kernel.signing import content_digest
from haihe.kernel.tests.test_signing_against_an_oracle import Request as Asked
from haihe.kernel.tests.test_signing_against_an_oracle import Response as Told

PRIVATE = Ed25519PrivateKey.generate()
BODY = question(LIU.id_number)
FORM = {"grant_type": "client_credentials"}


@pytest.fixture(autouse=True)
def two_keys(door: Door) -> None:
    door.client = Client(
        CLIENT, ASKER, (ClientKey((CLIENT, "k2"), PRIVATE.public_key()), ClientKey((CLIENT, "k1"), Mac(SECRET)))
    )
    door.apply()


def basic(client_id: str = CLIENT, secret: bytes = SECRET) -> str:
    return "Basic " + b64encode(f"{client_id}:{b64encode(secret).decode()}".encode()).decode()


def ask_token(
    door: Door, form: Mapping[str, str] | str = FORM, *, authorization: str | None = None, **more: object
) -> Reply:
    body = form if isinstance(form, str) else urlencode(form)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    headers |= {"authorization": authorization} if authorization else {}
    request = Request("POST", TOKEN_ROUTE, None, headers, body.encode(), keep_alive=True, is_private=True)
    for name, value in more.items():
        setattr(request, name, value)
    return door.send(request)


def token(door: Door, **form: str) -> str:
    reply = ask_token(door, FORM | form, authorization=basic())
    assert reply.status == 200, reply.body
    return str(json.loads(reply.body)["access_token"])


def bear(door: Door, text: str, headers: Mapping[str, str] | None = None, *, is_private: bool = True) -> Reply:
    given = {"content-type": "application/json", "authorization": f"Bearer {text}", **(headers or {})}
    return door.send(Request("POST", PATH, None, given, BODY, keep_alive=True, is_private=is_private))


def slug(reply: Reply) -> str:
    said = json.loads(reply.body)
    return str(said.get("answer") or said.get("error") or said["type"].rsplit(":", 1)[1])


def assertion(door: Door, *, key: Ed25519PrivateKey = PRIVATE, **changes: object) -> str:
    claims: dict[str, object] = {
        "iss": CLIENT,
        "sub": CLIENT,
        "aud": door.desk.tokens.issuer + TOKEN_ROUTE,
        "exp": int(door.now) + 60,
        "jti": secrets.token_urlsafe(12),
    }
    given = {name: value for name, value in (claims | changes).items() if value is not None}
    return write_jws(given, key=key, typ="JWT", kid="any")


def by_assertion(door: Door, text: str, **form: str) -> Reply:
    return ask_token(door, FORM | {"client_assertion_type": ASSERTION, "client_assertion": text} | form)


def test_a_system_asks_with_a_token_as_with_a_signature(door: Door) -> None:
    reply = ask_token(door, authorization=basic())
    said = json.loads(reply.body)
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", LIFE_S, "")
    assert slug(bear(door, said["access_token"])) == "MATCH"
    (record,) = door.records()
    assert (record["client"], record["kind"], record["answer"]) == (CLIENT, "VERIFY", "MATCH")


def test_every_gateway_of_the_city_takes_it(door: Door, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = token(door)
    other = Door(tmp_path_factory.mktemp("other"), keyring=door.keyring, people=[LIU])
    other.client = door.client
    other.apply()
    assert slug(bear(other, text)) == "MATCH"
    other.close()


def test_a_gateway_of_another_city_takes_it_not(door: Door, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = token(door)
    other = Door(tmp_path_factory.mktemp("other"), keyring=Keyring.generate(), people=[LIU])
    other.client = door.client
    other.apply()
    assert slug(bear(other, text)) == "credentials-invalid"
    other.close()


@pytest.mark.parametrize("digest", [None, content_digest(BODY)])
def test_the_reply_is_signed_with_the_published_key_over_what_was_asked(door: Door, digest: str | None) -> None:
    door.now = datetime.now(UTC).timestamp()
    reply = bear(door, token(door), {"content-digest": digest} if digest else None)
    own = GatewayKey.of(door.keyring)
    keys = MappingKeyResolver(public_keys={own.id: own.private.public_key()}, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    sent = dict(line.split(": ", 1) for line in reply.headers.splitlines())
    covered = ["@status", "content-digest", '"@method";req', '"@path";req']
    covered += ['"content-digest";req'] if digest else []
    answer = Told(sent, Asked({"content-digest": digest} if digest else {}, url=f"http://gateway.example{PATH}"))
    verifier.verify(answer, body=reply.body, require_components=covered, max_age=timedelta(minutes=5))


def test_a_digest_of_another_body_is_refused(door: Door) -> None:
    assert slug(bear(door, token(door), {"content-digest": content_digest(b"{}")})) == "malformed-request"


def test_a_token_lives_ten_minutes(door: Door) -> None:
    text = token(door)
    door.now += LIFE_S - 1
    door.apply()
    assert slug(bear(door, text)) == "MATCH"
    door.now += 1
    door.apply()
    assert slug(bear(door, text)) == "credentials-invalid"


def test_a_disabled_systems_token_ends_with_it(door: Door) -> None:
    text, client = token(door), door.client
    door.client = replace(client, client_id="another")
    door.apply()
    assert slug(bear(door, text)) == "credentials-invalid"
    door.client = client
    door.apply()
    assert slug(bear(door, text)) == "MATCH"


def test_an_ended_key_ends_its_tokens_and_an_expired_one_too(door: Door) -> None:
    text = token(door)
    public, secret = door.client.keys
    door.client = replace(door.client, keys=(public, secret._replace(expires_at=door.now)))
    door.apply()
    assert slug(bear(door, text)) == "key-expired"
    door.client = replace(door.client, keys=(public,))
    door.apply()
    assert slug(bear(door, text)) == "credentials-invalid"


def test_a_suspended_grant_is_refused_to_who_bears_a_token(door: Door) -> None:
    text = token(door)
    door.grant = replace(door.grant, status="SUSPENDED")
    door.apply()
    assert slug(bear(door, text)) == "grant-suspended"


def test_a_token_may_be_confined_to_services(door: Door) -> None:
    assert slug(bear(door, token(door, scope=f"other {SERVICE}"))) == "MATCH"
    assert slug(bear(door, token(door, scope="other"))) == "insufficient-scope"


def test_over_plain_http_neither_token_nor_secret_is_taken(door: Door) -> None:
    text = token(door)
    assert slug(bear(door, text, is_private=False)) == "tls-required"
    assert slug(ask_token(door, authorization=basic(), is_private=False)) == "invalid_request"


def test_who_bears_a_token_signs_not(door: Door) -> None:
    signed = signed_headers(BODY, created=int(door.now))
    assert slug(bear(door, token(door), signed)) == "malformed-request"


def test_a_batch_may_be_asked_with_a_token(door: Door) -> None:
    body = batch([LIU.id_number])
    headers = {"content-type": "application/json", "authorization": f"Bearer {token(door)}"}
    request = Request("POST", BATCH_PATH, None, headers, body, keep_alive=True, may_stream=True, is_private=True)
    lease = door.gateway.room_for(request, 9000)
    assert not isinstance(lease, str)
    lease.give_back()
    assert door.gateway.room_for(Request("POST", BATCH_PATH, None, headers), 9000) == "tls-required"
    assert b"MATCH" in door.send(request).body


def forge(door: Door, **changes: object) -> str:
    claims: dict[str, object] = {
        "iss": door.desk.tokens.issuer,
        "aud": door.desk.tokens.issuer,
        "client_id": CLIENT,
        "key": "k1",
        "iat": int(door.now),
        "exp": int(door.now) + 600,
    }
    told = {"key": door.desk.tokens.own.private, "typ": "at+jwt", "kid": door.desk.tokens.own.id}
    told |= {name: changes.pop(name) for name in ("key", "typ", "kid") if name in changes}
    given = {name: value for name, value in (claims | changes).items() if value is not None}
    return write_jws(given, **told)  # type: ignore[arg-type]  # a table of arguments


@pytest.mark.parametrize(
    "changes",
    [
        {"key": Ed25519PrivateKey.generate()},
        {"typ": "JWT"},
        {"kid": "another"},
        {"iss": "https://elsewhere"},
        {"aud": "https://elsewhere"},
        {"aud": None},
        {"client_id": "nobody"},
        {"client_id": None},
        {"exp": None},
        {"exp": "later"},
        {"exp": 1},
        {"iat": 9_999_999_999},
    ],
)
def test_forged_and_foreign_tokens_are_none(door: Door, changes: dict[str, object]) -> None:
    assert slug(bear(door, forge(door))) == "MATCH"
    assert slug(bear(door, forge(door, **changes))) == "credentials-invalid"


@pytest.mark.parametrize("text", ["", "x", "..", "eyJhbGciOiJub25lIn0.e30.", "a" * 5000])
def test_what_is_no_token_is_refused(door: Door, text: str) -> None:
    reply = bear(door, text)
    assert slug(reply) == "credentials-invalid"
    assert "www-authenticate: Bearer" in reply.headers


@pytest.mark.parametrize("header", ["Basic eA==", "bearer", "Digest x"])
def test_other_schemes_are_no_credentials(door: Door, header: str) -> None:
    headers = {"content-type": "application/json", "authorization": header}
    reply = door.send(Request("POST", PATH, None, headers, BODY, keep_alive=True, is_private=True))
    assert slug(reply) in {"credentials-missing", "credentials-invalid"}


def test_an_assertion_gives_a_token_once(door: Door) -> None:
    text = assertion(door)
    said = json.loads(by_assertion(door, text).body)
    assert slug(bear(door, said["access_token"])) == "MATCH"
    assert slug(by_assertion(door, text)) == "invalid_client"
    door.desk.replay.forget_before(int(door.now) // 60)
    assert slug(by_assertion(door, text)) == "invalid_client"


@pytest.mark.parametrize(
    "changes",
    [
        {"key": Ed25519PrivateKey.generate()},
        {"iss": "another"},
        {"sub": "nobody"},
        {"aud": "https://elsewhere"},
        {"aud": ["https://elsewhere"]},
        {"aud": {}},
        {"exp": None},
        {"exp": 1},
        {"exp": 9_999_999_999},
        {"exp": "soon"},
        {"jti": None},
        {"jti": ""},
        {"nbf": 9_999_999_999},
    ],
)
def test_a_wrong_assertion_gives_none(door: Door, changes: dict[str, object]) -> None:
    reply = by_assertion(door, assertion(door, **changes))  # type: ignore[arg-type]  # a table of changes
    assert (reply.status, slug(reply)) == (401, "invalid_client")


def test_an_assertion_may_name_the_issuer_and_the_client(door: Door) -> None:
    assert by_assertion(door, assertion(door, aud=[door.desk.tokens.issuer, "x"]), client_id=CLIENT).status == 200
    assert by_assertion(door, assertion(door), client_id="other").status == 401


@pytest.mark.parametrize(
    ("form", "authorization", "error"),
    [
        ({"grant_type": "password"}, basic(), "unsupported_grant_type"),
        ({}, basic(), "invalid_request"),
        (FORM, None, "invalid_client"),
        (FORM, basic(secret=b"x" * 32), "invalid_client"),
        (FORM, basic("nobody"), "invalid_client"),
        (FORM, "Basic !", "invalid_client"),
        (FORM, "Basic " + b64encode(b"gjj-core").decode(), "invalid_client"),
        (FORM | {"client_secret": "x"}, basic(), "invalid_client"),
        (FORM | {"scope": "A B"}, basic(), "invalid_scope"),
        (FORM | {"scope": "a  b"}, basic(), "invalid_scope"),
        (f"{urlencode(FORM)}&{urlencode(FORM)}", basic(), "invalid_request"),
        ("%", basic(), "invalid_request"),
    ],
)
def test_errors_are_told_as_oauth_tells_them(
    door: Door, form: dict[str, str] | str, authorization: str | None, error: str
) -> None:
    reply = ask_token(door, form, authorization=authorization)
    assert slug(reply) == error
    assert reply.media_type == "application/json"
    assert ("www-authenticate: Basic" in reply.headers) == (error == "invalid_client")


def test_refused_credentials_are_recorded(door: Door) -> None:
    ask_token(door, authorization=basic(secret=b"x" * 32))
    (record,) = door.records()
    assert (record["kind"], record["problem"], record["client"]) == ("REFUSED", "credentials-invalid", CLIENT)


def test_nobody_takes_tokens_without_end(door: Door) -> None:
    replies = [ask_token(door, authorization=basic()) for _ in range(MOST_PER_S + 1)]
    assert [reply.status for reply in replies] == [200] * MOST_PER_S + [503]
    assert "retry-after" in replies[-1].headers


def test_the_metadata_names_where_tokens_are(door: Door) -> None:
    page = Request("GET", "/.well-known/oauth-authorization-server", None, {}, b"", keep_alive=True)
    said = json.loads(door.send(page).body)
    assert said["issuer"] == door.desk.tokens.issuer
    assert said["token_endpoint"] == said["issuer"] + TOKEN_ROUTE
    assert said["grant_types_supported"] == ["client_credentials"]


def test_no_secret_is_in_a_record_or_reply(door: Door) -> None:
    text = token(door)
    reply = bear(door, text)
    everything = json.dumps(door.records()) + reply.headers + reply.body.decode()
    assert text not in everything
    assert not re.search(re.escape(b64encode(SECRET).decode()), everything)
