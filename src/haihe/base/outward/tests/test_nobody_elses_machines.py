"""Addresses that people type in lead nowhere but to the internet, whatever they are dressed as."""

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from ipaddress import ip_network

import pytest

from haihe.base.outward.api import Answer, Bounds, Fault, Outward, OutwardFailed, Reach, is_public, reach_of, read_url
from haihe.base.outward.testing import HttpServer, Told, http_server
from haihe.kernel.environment import Environment

SECRET = "not for others"


def within(server: HttpServer, *more: int) -> Reach:
    """Return a reach that takes this test's server, and nothing else of this machine."""
    return Reach((ip_network("127.0.0.1/32"),), (server.port, *more))


def fault_of(ask: Callable[[], object]) -> Fault:
    with pytest.raises(OutwardFailed) as failed:
        ask()
    return failed.value.fault


NOT_PUBLIC = """
127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 100.64.0.1 169.254.169.254 192.0.0.192 198.18.0.1
224.0.0.1 240.0.0.1 255.255.255.255 100.100.100.200 ::1 :: ::ffff:127.0.0.1 ::ffff:169.254.169.254 fe80::1 fe80::1%eth0
fd00:ec2::254 fc00::1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2001:0:7f00:1:: ::127.0.0.1 ff02::1 fec0::1 not-one
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_is_none_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["60.28.1.1", "8.8.8.8", "2408:8000::1", "::ffff:60.28.1.1"])
def test_is_one_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://127.0.0.1/", Fault.NETWORK_REFUSED),
        ("http://localhost/", Fault.NETWORK_REFUSED),
        ("http://[::1]/", Fault.NETWORK_REFUSED),
        ("http://[::ffff:127.0.0.1]/", Fault.NETWORK_REFUSED),
        ("http://[::ffff:7f00:1]/", Fault.NETWORK_REFUSED),
        ("http://169.254.169.254/latest/meta-data/", Fault.NETWORK_REFUSED),
        ("https://10.0.0.7/", Fault.NETWORK_REFUSED),
        ("http://2130706433/", Fault.ADDRESS_WRONG),
        ("http://0x7f000001/", Fault.ADDRESS_WRONG),
        ("http://0177.0.0.1/", Fault.ADDRESS_WRONG),
        ("http://0x7f.1/", Fault.ADDRESS_WRONG),
        ("http://127.1/", Fault.ADDRESS_WRONG),
        ("http://127.0.0.1:6379/", Fault.PORT_REFUSED),
        ("http://127.0.0.1:22/", Fault.PORT_REFUSED),
        ("http://１２７.0.0.1/", Fault.ADDRESS_WRONG),
        ("file:///etc/passwd", Fault.SCHEME_REFUSED),
        ("gopher://127.0.0.1/", Fault.SCHEME_REFUSED),
        ("ftp://127.0.0.1/", Fault.SCHEME_REFUSED),
        ("http://user:secret@127.0.0.1/", Fault.ADDRESS_WRONG),
        ("http:///nothing", Fault.ADDRESS_WRONG),
        ("http://a b/", Fault.ADDRESS_WRONG),
        ("http://127.0.0.1/\r\nHost: x", Fault.ADDRESS_WRONG),
        ("", Fault.SCHEME_REFUSED),
    ],
)
def test_is_refused_before_anything_is_sent(url: str, fault: Fault) -> None:
    with Outward(Reach()) as outward:
        assert fault_of(lambda: outward.get(url)) is fault


def test_the_operator_names_networks_and_ports() -> None:
    told = Environment.from_mapping(
        {"HAIHE_OUTWARD_NETWORKS": "10.9.0.0/16, 127.0.0.1", "HAIHE_OUTWARD_PORTS": "443, 8443"}
    )
    reach = reach_of(told)
    assert [reach.allows(text) for text in ("10.9.3.4", "::ffff:10.9.3.4", "10.8.3.4")] == [True, True, False]
    assert reach.addresses_of("127.0.0.1", 8443) == ["127.0.0.1"]
    assert fault_of(lambda: reach.addresses_of("127.0.0.1", 80)) is Fault.PORT_REFUSED
    assert reach_of(Environment.from_mapping({})) == Reach((), (80, 443))


def test_a_name_is_looked_up_once_and_what_was_found_is_asked() -> None:
    """Rebinding: the name leads to us the first time and to the metadata service ever after."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1" if len(asked) == 1 else "169.254.169.254"]

    with (
        http_server(lambda asked: Told(b"here")) as server,
        Outward(replace(within(server), resolver=rebinding)) as outward,
    ):
        url = f"http://changing.example:{server.port}/"
        assert [outward.get(url).body for _ in range(2)] == [b"here", b"here"]
        assert server.asked[0].headers["host"] == f"changing.example:{server.port}"
    assert asked == ["changing.example"]


def test_a_name_with_one_bad_address_is_refused() -> None:
    mixed = Reach(resolver=lambda host, port: ["60.28.1.1", "127.0.0.1"])
    assert fault_of(lambda: mixed.addresses_of("mixed.example", 80)) is Fault.NETWORK_REFUSED


def test_a_redirect_is_an_address_like_others_and_is_told_no_secret() -> None:
    with http_server(lambda asked: Told(b"there")) as other, http_server(lambda asked: Told()) as server:

        def answer(asked: object) -> Told:
            return Told(status=302, headers={"Location": where})

        server.answer = answer
        with Outward(within(server, other.port)) as outward:
            where = f"{other.url}/moved"
            assert outward.get(server.url, {"Authorization": SECRET}) == Answer(
                200, b"there", where, outward.get(where).headers
            )
            assert ["authorization" in one.asked[0].headers for one in (server, other)] == [True, False]
            for where, fault in (
                ("http://169.254.169.254/", Fault.PORT_REFUSED),
                (f"http://127.0.0.2:{server.port}/", Fault.NETWORK_REFUSED),
                ("file:///etc/passwd", Fault.SCHEME_REFUSED),
                ("/again", Fault.TOO_MANY_REDIRECTS),
                ("http://[", Fault.ADDRESS_WRONG),
            ):
                assert fault_of(lambda: outward.get(server.url)) is fault, where


def test_an_answer_is_bounded_packed_or_not() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    answers = {"/plain": Told(bytes(3 << 20)), "/bomb": Told(bomb, headers={"Content-Encoding": "gzip"})}
    answers |= {"/odd": Told(b"x", headers={"Content-Encoding": "br"}), "/cut": Told(b"x" * 100, cut=10)}
    answers["/good"] = Told(gzip.compress("数据".encode()), headers={"Content-Encoding": "gzip"})
    answers["/half"] = Told(answers["/good"].content[:-9], headers={"Content-Encoding": "gzip"})
    answers["/empty"] = Told(b"", headers={"Content-Encoding": "gzip"})
    wanted = {"/plain": Fault.TOO_LARGE, "/bomb": Fault.TOO_LARGE}
    wanted |= dict.fromkeys(("/odd", "/cut", "/half"), Fault.BROKEN)
    with (
        http_server(lambda asked: answers[asked.path]) as server,
        Outward(within(server), bounds=Bounds(most_bytes=1 << 20)) as outward,
    ):
        found = {path: fault_of(partial(outward.get, server.url + path)) for path in wanted}
        assert found == wanted
        assert outward.get(server.url + "/good").body.decode() == "数据"
        assert outward.get(server.url + "/empty").body == b""


def test_who_answers_drop_by_drop_is_left_when_the_time_is_over() -> None:
    def slowly(asked: object) -> Told:
        time.sleep(5)  # longer than the asker has; nobody waits for it
        return Told(b"late")

    with http_server(slowly) as server, Outward(within(server), bounds=Bounds(seconds=0.3)) as outward:
        began = time.monotonic()
        assert fault_of(lambda: outward.get(server.url)) is Fault.TIMED_OUT
        assert time.monotonic() - began < 2


def test_no_proxy_of_the_environment_stands_between(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    with http_server(lambda asked: Told(b"here")) as server, Outward(within(server)) as outward:
        assert outward.get(server.url).body == b"here"


def test_the_rules_for_an_address_that_is_typed_in() -> None:
    assert read_url("https://数据.example:8443/a?b=c").port == 8443
    assert fault_of(lambda: read_url("javascript:alert(1)")) is Fault.SCHEME_REFUSED
