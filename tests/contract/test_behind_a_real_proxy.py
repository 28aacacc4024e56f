"""TLS ends at a real nginx before the gateway: tokens, signatures over the outside name, nothing in the clear."""

import secrets
import ssl
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from haihe.client import Haihe
from haihe.gateway.loopback import Loopback
from haihe.gateway.testing import CLIENT, PATH, PURPOSE, SECRET, SERVICE, question
from haihe.gateway.testing_tls import Authority
from haihe.gateway.tests.conftest import LIU
from haihe.kernel.keyring import Keyring
from haihe.kernel.signing import Where, sign_request
from haihe.launch.ports import free_port
from tests.plugins.engines import program_of

pytestmark = pytest.mark.engine("nginx")
BODY = question(LIU.id_number)
_CONFIGURATION = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_http_version 1.1;
  proxy_buffering off;
  proxy_set_header Connection "";
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host;
  server {{
    listen 127.0.0.1:{tls} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{ proxy_pass {gateway}; }}
  }}
  server {{
    listen 127.0.0.1:{plain};
    location / {{ proxy_pass {gateway}; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Front:
    """A gateway with nginx before it: `tls` and `plain` are clients of the two doors."""

    gateway: Loopback
    tls: httpx.Client
    plain: httpx.Client


@contextmanager
def fronted(folder: Path, gateway: Loopback) -> Iterator[Front]:
    authority, program = Authority(), program_of("nginx")
    assert program
    certificate, key = authority.written(folder, "localhost")
    tls, plain = free_port(), free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder, tls=tls, plain=plain, certificate=certificate, key=key, gateway=gateway.url
        ),
        encoding="utf-8",
    )
    context = ssl.create_default_context(cadata=authority.pem)
    command = [program, "-p", str(folder), "-c", str(configuration)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as nginx:
        try:
            with (
                httpx.Client(base_url=f"https://localhost:{tls}", verify=context, trust_env=False, timeout=60) as safe,
                httpx.Client(base_url=f"http://localhost:{plain}", trust_env=False, timeout=60) as clear,
            ):
                wait_until_open(safe, nginx)
                yield Front(gateway, safe, clear)
        finally:
            nginx.terminate()
            nginx.wait(timeout=60)


def wait_until_open(client: httpx.Client, nginx: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if nginx.poll() is not None:
            raise AssertionError("nginx didn't start")
        try:
            client.get("/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx didn't open its doors")


@pytest.fixture
def front(tmp_path: Path, keyring: Keyring) -> Iterator[Front]:
    (tmp_path / "gateway").mkdir()
    people, proxies = [LIU], ["127.0.0.0/8"]
    with (
        Loopback(tmp_path / "gateway", keyring=keyring, people=people, behind_proxy=True, proxies=proxies) as gateway,
        fronted(tmp_path, gateway) as front,
    ):
        yield front


def token_from(client: httpx.Client) -> httpx.Response:
    basic = b64encode(f"{CLIENT}:{b64encode(SECRET).decode()}".encode()).decode()
    return client.post(
        "/oauth2/token", data={"grant_type": "client_credentials"}, headers={"authorization": f"Basic {basic}"}
    )


def signed(client: httpx.Client, covered: tuple[str, ...], where: Where | None = None) -> dict[str, str]:
    outside = where or Where(client.base_url.scheme, client.base_url.netloc.decode())
    told = sign_request(
        method="POST", path=PATH, body=BODY, client_id=CLIENT, secret=SECRET, created=int(time.time()),
        nonce=secrets.token_urlsafe(16), covered=covered, where=outside,
    )  # fmt: skip
    return {"content-type": "application/json", **told}


def test_a_token_is_given_and_taken_over_tls(front: Front) -> None:
    given = token_from(front.tls)
    assert (given.status_code, given.json()["token_type"]) == (200, "Bearer")
    bearer = {"content-type": "application/json", "authorization": f"Bearer {given.json()['access_token']}"}
    reply = front.tls.post(PATH, content=BODY, headers=bearer)
    assert (reply.status_code, reply.json()["answer"]) == (200, "MATCH")
    (record,) = front.gateway.door.records()
    assert (record["client"], record["evidence"]) == (CLIENT, reply.json()["evidence"])


def test_neither_secret_nor_token_is_taken_in_the_clear(front: Front) -> None:
    assert token_from(front.plain).json()["error"] == "invalid_request"
    token = token_from(front.tls).json()["access_token"]
    bearer = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    reply = front.plain.post(PATH, content=BODY, headers=bearer)
    assert reply.json()["type"] == "urn:haihe:problem:tls-required"
    # Nor does it help to say otherwise: nginx writes the header itself.
    reply = front.plain.post(PATH, content=BODY, headers=bearer | {"X-Forwarded-Proto": "https"})
    assert reply.json()["type"] == "urn:haihe:problem:tls-required"


@pytest.mark.parametrize(
    "covered", [("@method", "@authority", "@path", "content-digest"), ("@method", "@target-uri", "content-digest")]
)
def test_a_signature_over_the_outside_name_holds_there_and_nowhere_else(front: Front, covered: tuple[str, ...]) -> None:
    reply = front.tls.post(PATH, content=BODY, headers=signed(front.tls, covered))
    assert (reply.status_code, reply.json()["answer"]) == (200, "MATCH")
    for where in (Where("https", "other.example"), Where("https", "localhost")):
        reply = front.tls.post(PATH, content=BODY, headers=signed(front.tls, covered, where))
        assert reply.json()["type"] == "urn:haihe:problem:credentials-invalid"


def test_a_signature_for_one_door_is_none_at_the_other(front: Front) -> None:
    elsewhere = signed(front.tls, ("@method", "@target-uri", "content-digest"))
    reply = front.plain.post(PATH, content=BODY, headers=elsewhere)
    assert reply.json()["type"] == "urn:haihe:problem:credentials-invalid"


def test_what_a_client_says_of_its_host_nginx_doesnt_hand_on(front: Front) -> None:
    headers = signed(front.tls, ("@method", "@authority", "@path", "content-digest"), Where("https", "other.example"))
    reply = front.tls.post(PATH, content=BODY, headers=headers | {"X-Forwarded-Host": "other.example"})
    assert reply.json()["type"] == "urn:haihe:problem:credentials-invalid"


def test_our_client_asks_through_it_one_or_many(front: Front) -> None:
    with Haihe("", CLIENT, SECRET, http=front.tls) as haihe:
        said = haihe.verify(SERVICE, LIU.id_number, purpose=PURPOSE, case="GJJ-2026-1")
        many = list(haihe.verify_many(SERVICE, [LIU.id_number, "12"], purpose=PURPOSE, case="GJJ-2026-1"))
    assert (said.answer, many[0].answer, many[1].answer) == ("MATCH", "MATCH", None)
