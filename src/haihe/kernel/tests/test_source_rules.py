"""Source rules: what an owner may lay down, what is refused, and which addresses count as confirmed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.source_rules import SourceError, is_within, read_networks, read_rules

FIELDS = {"paid": {"pointer": "/data/paid", "type": "text"}}
GOOD: dict[str, Any] = {"url": "https://tax.example/v1/persons", "method": "GET", "fields": FIELDS}
YEAR = {"in": "path", "form": "integer"}


def test_the_least_that_makes_sense_has_sensible_bounds() -> None:
    rules = read_rules(GOOD)
    assert (rules.host, rules.port, rules.is_tls, rules.path) == ("tax.example", 443, True, "/v1/persons")
    assert (rules.timeout_ms, rules.most_bytes, rules.last_good_s) == (3000, 65_536, 0)
    assert (rules.breaker.failures, rules.breaker.open_s) == (5, 30)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"url": "ftp://tax.example/"}, "url"),
        ({"url": "https://user@tax.example/"}, "url"),
        ({"url": "https://:pw@tax.example/"}, "url"),
        ({"url": "https://tax.example/?a=b"}, "url"),
        ({"url": "https://tax.example/?"}, "url"),
        ({"url": "https://tax.example/#a"}, "url"),
        ({"url": "https://tax.example:0/"}, "url"),
        ({"url": "https://tax.example:99999/"}, "url"),
        ({"url": "https:///v1"}, "url"),
        ({"url": "https://tax example/"}, "url"),
        ({"url": "https://tax.example/a/../b"}, "url"),
        ({"url": "https://tax.example//b"}, "url"),
        ({"url": "https://tax.example/a b"}, "url"),
        ({"url": "https://tax.example/%2e%2e"}, "url"),
        ({"url": "https://tax.example/{year}"}, "url"),
        ({"url": "https://{year}.example/", "parameters": {"year": YEAR}}, "url"),
        ({"url": "https://tax.example/x{year}", "parameters": {"year": YEAR}}, "url"),
        ({"parameters": {"year": YEAR}}, "url"),
        ({"url": "https://tax.example/{subject}", "subject": {"in": "path"}}, "subject.logged"),
        ({"subject": {"in": "query", "name": "sfzh"}}, "subject.logged"),
        ({"subject": {"in": "body"}}, "method"),
        ({"subject": {"in": "header", "name": "Host"}}, "name"),
        ({"subject": {"in": "header", "name": "X\r\nY"}}, "name"),
        ({"secret_header": "X-Key", "subject": {"in": "header", "name": "x-key"}}, "name"),
        ({"secret_header": "Content-Length"}, "name"),
        ({"parameters": {"subject": {"in": "query", "form": "code"}}}, "parameters.subject"),
        ({"parameters": {"Year": {"in": "query", "form": "code"}}}, "parameters.Year"),
        ({"parameters": {"name": {"in": "header", "form": "text"}}}, "parameters.name"),
        ({"parameters": {"one": {"in": "query", "form": "choice"}}}, "parameters.one"),
        ({"parameters": {"one": {"in": "query", "form": "code", "least": 1}}}, "parameters.one"),
        ({"fields": {}}, "fields"),
        ({"fields": {"paid": {"pointer": "data", "type": "text"}}}, "fields.paid"),
        ({"fields": {"paid": {"pointer": "", "type": "text"}}}, "fields.paid"),
        ({"echo": "/id"}, "echo"),
        ({"absent": {"pointer": "id"}}, "absent.pointer"),
        ({"absent": {"status": 500}}, "absent.status"),
        ({"timeout_ms": 10_001}, "timeout_ms"),
        ({"most_bytes": 1 << 21}, "most_bytes"),
        ({"breaker": {"failures": 0}}, "breaker.failures"),
        ({"method": "DELETE"}, "method"),
        ({"follow_redirects": True}, "form"),
    ],
)
def test_what_could_lead_astray_is_refused_by_its_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(SourceError) as fault:
        read_rules(GOOD | changes)
    assert fault.value.place == place


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_anything_else_is_refused_and_nothing_breaks(definition: object) -> None:
    with pytest.raises(SourceError):
        read_rules(definition)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "subject", "parameters", "echo", "absent", "breaker"]), st.text() | st.integers()
    )
)
def test_a_good_one_with_rubbish_in_it_is_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        rules = read_rules(GOOD | changes)
    except SourceError:
        return
    assert rules.url.startswith(("http://", "https://"))
    assert "@" not in rules.url


@pytest.mark.parametrize(
    "network", ["0.0.0.0/0", "10.0.0.0/7", "169.254.0.0/16", "224.0.0.0/8", "::/0", "fe80::/64", "10.0.0.1/24", "x"]
)
def test_no_network_is_read_that_is_none_or_too_wide(network: str) -> None:
    with pytest.raises(SourceError):
        read_networks([network])


def test_an_address_is_within_or_not_whatever_it_is_dressed_as() -> None:
    networks = read_networks(["10.12.0.0/16", "fd00:12::/48"])
    for address in ("10.12.3.4", "::ffff:10.12.3.4", "fd00:12::1"):
        assert is_within(address, networks)
    for address in ("10.13.0.1", "::ffff:10.13.0.1", "fd00:13::1", "127.0.0.1", "tax.example", ""):
        assert not is_within(address, networks)
    with pytest.raises(SourceError):
        read_networks([])
