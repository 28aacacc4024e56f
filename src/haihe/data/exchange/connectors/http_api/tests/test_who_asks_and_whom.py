"""Who we are goes to the interface's own server only; and only addresses of the site's networks are spoken to."""

import base64
from pathlib import Path
from typing import Any

import pytest

from haihe.base.outward.testing import Asked, HttpServer, Told, certificate_for, http_server, told
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.http_api.connector import HTTP_API
from haihe.data.exchange.connectors.http_api.settings import HttpSettings
from haihe.data.exchange.connectors.http_api.tests.fetching import Source
from haihe.data.exchange.connectors.ports import Leg
from haihe.data.exchange.connectors.testing import make_site, walked

ROWS = [{"n": 1}]
KEY = "of-the-test"


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"auth": "header", "auth_name": "X-App-Key"}, "x-app-key", KEY),
        ({"auth": "bearer"}, "authorization", f"Bearer {KEY}"),
        (
            {"auth": "basic", "user": "民政"},
            "authorization",
            f"Basic {base64.b64encode(f'民政:{KEY}'.encode()).decode()}",
        ),
    ],
    ids=["header", "bearer", "basic"],
)
def test_each_way_to_say_who_asks(
    server: HttpServer, tmp_path: Path, auth: dict[str, Any], header: str, value: str
) -> None:
    server.answer = lambda asked: told(ROWS) if asked.headers.get(header) == value else Told(status=401)
    assert Source(server, tmp_path, credential=KEY, **auth).fetch() == [{"n": "1"}]
    assert Source(server, tmp_path, credential="wrong", **auth).fails().fault is Fault.LOGIN_REFUSED


def test_a_key_may_be_a_parameter(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told(ROWS)
    source = Source(server, tmp_path, credential=KEY, auth="parameter", auth_name="appkey", params={"a": "b"})
    source.fetch()
    assert server.asked[0].params == {"a": "b", "appkey": KEY}


class TokenServer:
    """An interface behind OAuth whose tokens run out after so many questions."""

    def __init__(self, server: HttpServer, *, lasts: int = 100) -> None:
        self.given, self.left, self._lasts = 0, 0, lasts
        server.answer = self._answer

    def _answer(self, asked: Asked) -> Told:
        if asked.path == "/token":
            basic = base64.b64encode(f"city:{KEY}".encode()).decode()
            known = asked.headers.get("authorization") == f"Basic {basic}" or asked.params.get("client_secret") == KEY
            if not known or asked.params["grant_type"] != "client_credentials":
                return told({"error": "invalid_client"}, status=401)
            self.given, self.left = self.given + 1, self._lasts
            return told({"access_token": f"t{self.given}", "token_type": "Bearer"})
        if asked.headers.get("authorization") != f"Bearer t{self.given}" or not self.left:
            return Told(status=401)
        self.left -= 1
        page = int(asked.params["p"])
        return told([{"n": page}] if page <= 5 else [])


@pytest.mark.parametrize("token_by", ["basic", "body"])
def test_oauths_client_credentials_and_tokens_that_run_out(server: HttpServer, tmp_path: Path, token_by: str) -> None:
    tokens = TokenServer(server, lasts=2)
    told_settings: dict[str, Any] = {
        "auth": "oauth", "user": "city", "token_url": f"{server.url}/token", "token_by": token_by,
        "paging": "page", "page_param": "p",
    }  # fmt: skip
    rows = Source(server, tmp_path, credential=KEY, **told_settings).fetch()
    assert rows == [{"n": str(number)} for number in range(1, 6)]
    assert tokens.given == 4
    assert Source(server, tmp_path, credential="wrong", **told_settings).fails().fault is Fault.LOGIN_REFUSED


def test_a_redirect_elsewhere_takes_no_key_along(server: HttpServer, tmp_path: Path) -> None:
    with http_server(lambda asked: told(ROWS)) as other:
        server.answer = lambda asked: Told(status=302, headers={"Location": f"{other.url}/moved?appkey={KEY}"})
        auth: dict[str, Any] = {"auth": "header", "auth_name": "X-App-Key", "headers": {"X-City": "haihe"}}
        assert Source(server, tmp_path, credential=KEY, **auth).fetch() == [{"n": "1"}]
        auth = {"auth": "parameter", "auth_name": "appkey"}
        assert Source(server, tmp_path, credential=KEY, **auth).fetch() == [{"n": "1"}]
    assert {asked.path for asked in other.asked} == {"/moved"}
    assert not [asked for asked in other.asked if "x-app-key" in asked.headers or "x-city" in asked.headers]
    assert "appkey" not in other.asked[1].params


@pytest.mark.parametrize(
    ("location", "fault"),
    [
        ("http://169.254.169.254/latest/meta-data", Fault.ADDRESS_NOT_ALLOWED),
        ("http://localhost.invalid/", Fault.NAME_UNKNOWN),
        ("file:///etc/passwd", Fault.ANSWER_REFUSED),
        ("http://user@127.0.0.1/", Fault.ANSWER_REFUSED),
        ("/rows", Fault.ANSWER_REFUSED),
    ],
    ids=["metadata", "unknown", "file", "account", "circle"],
)
def test_a_redirect_is_checked_anew(server: HttpServer, tmp_path: Path, location: str, fault: Fault) -> None:
    server.answer = lambda asked: Told(status=302, headers={"Location": location})
    assert Source(server, tmp_path).fails().fault is fault
    assert len(server.asked) <= 6


def test_addresses_outside_the_networks_are_not_asked(server: HttpServer, tmp_path: Path) -> None:
    settings = HttpSettings(url=f"{server.url}/rows")
    with pytest.raises(FetchFailed) as failed:
        walked(HTTP_API, settings, HTTP_API.secret(), make_site(tmp_path, networks=("10.0.0.0/8",)))
    assert failed.value.fault is Fault.ADDRESS_NOT_ALLOWED
    assert not server.asked


def test_a_token_is_got_from_checked_addresses_only(server: HttpServer, tmp_path: Path) -> None:
    source = Source(server, tmp_path, auth="oauth", user="city", token_url="http://169.254.169.254/token")
    assert source.fails().fault is Fault.ADDRESS_NOT_ALLOWED


def test_tls_is_believed_by_the_authority_that_was_given(tmp_path: Path) -> None:
    certificate, authority = certificate_for(tmp_path)
    with http_server(lambda asked: told(ROWS), certificate=certificate, authority=authority) as server:
        assert Source(server, tmp_path).fetch() == [{"n": "1"}]
        failed = Source(server, tmp_path, authority="").fails()
        assert (failed.fault, failed.leg) == (Fault.NOT_TRUSTED, Leg.TRUST)
        assert Source(server, tmp_path, authority="no certificate").fails().fault is Fault.SETTINGS_WRONG


def test_a_certificate_of_another_host_is_not_believed(tmp_path: Path) -> None:
    certificate, authority = certificate_for(tmp_path, "127.0.0.9")
    with http_server(lambda asked: told(ROWS), certificate=certificate, authority=authority) as server:
        assert Source(server, tmp_path).fails().fault is Fault.NOT_TRUSTED
