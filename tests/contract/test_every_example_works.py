"""Each example in each service's own description, of every kind, is sent to a running gateway and answered as told."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import jsonschema_rs
import pytest

from haihe.data.exchange.changes import write_changes
from haihe.gateway.loopback import Loopback
from haihe.gateway.policy import About, Service
from haihe.gateway.testing import SERVICE, Person, relief_fields, signed_headers
from haihe.gateway.testing_changes import FIELDS, Register, Row, subscribe
from haihe.gateway.testing_source import FakeDepartment, proxied, put_behind, source_rules
from haihe.kernel.keyring import Keyring
from haihe.kernel.signing import Where
from haihe.kernel.subject_index import IndexMeta

type Json = dict[str, Any]
JSON = "application/json"
LIU = Person("120103197905121012", "刘志远", relief_fields())
NAMED = {"x-road-client": "CN-TJ/GOV/120040/gjj-core"}
PURPOSES = frozenset({"HOUSING_FUND_WITHDRAWAL", "RENT_SUBSIDY_ASSESSMENT", "HOUSING_FUND_LOAN", "VEHICLE_TRANSFER"})
ON: Json = {"on": {"in": "query", "form": "date", "name": "Datum"}}
EVERY_FORM: Json = {
    "plate": {"in": "path", "form": "code"},
    "year": {"in": "path", "form": "integer", "least": 2000, "most": 2100},
    "on": {"in": "query", "form": "date"},
    "sort": {"in": "header", "form": "choice", "choices": ["small", "large"]},
    "remark": {"in": "body", "form": "text"},
    "page": {"in": "query", "form": "integer", "required": False},
}


@pytest.fixture
def gateway(tmp_path: Path, keyring: Keyring) -> Iterator[Loopback]:
    with Loopback(tmp_path, keyring=keyring, people=[LIU]) as gateway:
        gateway.door.grant = replace(gateway.door.grant, purposes=PURPOSES)
        yield gateway


def open_verify(gateway: Loopback, _: int) -> str:
    door = gateway.door
    door.grant = replace(door.grant, claims=frozenset(door.service.claims))
    return SERVICE


def open_query(gateway: Loopback, _: int) -> str:
    gateway.door.open_relief_details()
    return gateway.door.others[0][0].slug


def open_about_persons(gateway: Loopback, port: int) -> str:
    return open_proxy(gateway, proxied(source_rules(port)))


def open_about_things(gateway: Loopback, port: int) -> str:
    rules = source_rules(port, subject=None, parameters=EVERY_FORM)
    return open_proxy(gateway, proxied(rules | {"url": f"{rules['url']}/{{plate}}/in/{{year}}"}))


def open_proxy(gateway: Loopback, service: Service) -> str:
    put_behind(gateway.door, service, *service.masks, purposes=PURPOSES)
    return service.slug


def open_by_get(gateway: Loopback, port: int) -> str:
    year = {"in": "path", "form": "integer", "least": 2000}
    rules = source_rules(
        port, method="GET", subject={"in": "header", "name": "X-Sfzh"}, parameters={"year": year, **ON}
    )
    return open_proxy(gateway, proxied(rules | {"url": f"{rules['url']}/{{year}}"}))


def open_subscribe(gateway: Loopback, _: int) -> str:
    door = gateway.door

    def write(path: Path, meta: IndexMeta, previous: Path | None) -> object:
        return write_changes(path, meta=meta, previous=previous)

    subscribe(door, *FIELDS, purposes=PURPOSES)
    Register(door, write).publish({LIU.id_number: Row()})
    return door.service.slug


@contextmanager
def opened(gateway: Loopback, how: Callable[[Loopback, int], str]) -> Iterator[str]:
    """Open the service with a department's interface beside it, for those that ask one."""
    department = FakeDepartment()
    gateway.run(department.__aenter__())
    slug = how(gateway, department.port)
    gateway.door.about[slug] = About("一项服务")
    gateway.door.apply()
    yield slug
    gateway.run(department.__aexit__(None, None, None))


def sent(gateway: Loopback, method: str, path: str, body: bytes, question: str = "") -> httpx.Response:
    wide: Json = {}
    if question:
        where = Where("http", gateway.url.removeprefix("http://"), question)
        wide = {"covered": ("@method", "@target-uri", "haihe-question", "content-digest"), "where": where}
    signed = signed_headers(body, method=method, path=path, created=int(gateway.door.now), **wide)
    more = NAMED | ({"haihe-question": question} if question else {})
    return httpx.request(method, gateway.url + path, content=body, headers=signed | more, timeout=60, trust_env=False)


def examples(document: Json) -> list[tuple[str, str, Json, Any]]:
    """Return method, address with its example parameters in it, operation and question of each example."""
    found = []
    for route, methods in document["paths"].items():
        for method, operation in methods.items():
            told = {each["name"]: each for each in operation["parameters"] if "name" in each}
            path, query = route, {}
            for name, parameter in told.items():
                if parameter["in"] == "path":
                    path = path.replace(f"{{{name}}}", str(parameter["example"]))
                elif parameter["in"] == "query":
                    query[name] = parameter["example"]
            path += f"?{urlencode(query)}" if query else ""
            content = told["Haihe-Question"] if method == "get" else operation["requestBody"]["content"][JSON]
            assert content["examples"], f"{method} {path} has no example"
            found += [(method.upper(), path, operation, each["value"]) for each in content["examples"].values()]
    return found


def fits(schema: Json, document: Json, value: object) -> bool:
    return jsonschema_rs.is_valid(schema | {"components": document["components"]}, value, validate_formats=True)


def assert_works(gateway: Loopback, document: Json, base: str) -> list[Json]:
    """Send each example; return the first value of each answer."""
    answers = []
    for method, path, operation, asked in examples(document):
        if method == "GET":
            schema = next(each["schema"] for each in operation["parameters"] if each.get("name") == "Haihe-Question")
            assert fits(schema["contentSchema"], document, json.loads(urlsafe_b64decode(asked + "==")))
            reply = sent(gateway, method, base + path, b"", asked)
        else:
            assert fits(operation["requestBody"]["content"][JSON]["schema"], document, asked)
            reply = sent(gateway, method, base + path, json.dumps(asked).encode())
        assert reply.status_code == 200, reply.text
        content = operation["responses"]["200"]["content"]
        if reply.headers["content-type"] == "application/json":
            assert fits(content["application/json"]["schema"], document, reply.json())
        else:
            lines = content["application/x-ndjson"]["x-haihe-lines"]
            assert all(fits(lines, document, json.loads(line)) for line in reply.text.splitlines())
        assert {name.lower() for name in operation["responses"]["200"].get("headers", {})} <= set(reply.headers)
        answers.append(json.loads(reply.text.splitlines()[0]))
    return answers


def described(gateway: Loopback, address: str) -> Json:
    told: Json = httpx.get(gateway.url + address, headers=NAMED, timeout=60, trust_env=False).raise_for_status().json()
    return told


KINDS = [
    (open_verify, ["/v1/verify/relief-status", "/v1/verify/relief-status/batch"], ["/verify"]),
    (open_query, ["/v1/query/relief-details"], ["/query"]),
    (open_about_persons, ["/v1/proxy/tax-paid"], ["/proxy", "/v1/taxpayers"]),
    (open_about_things, ["/v1/proxy/tax-paid"], ["/proxy", "/v1/taxpayers/{plate}/in/{year}"]),
    (open_by_get, ["/v1/proxy/tax-paid"], ["/proxy", "/v1/taxpayers/{year}"]),
    (open_subscribe, ["/v1/subscribe/relief-changes"], ["/subscribe"]),
]


@pytest.mark.parametrize(("how", "addresses", "in_x_road"), KINDS, ids=[how.__name__ for how, *_ in KINDS])
def test_every_example_of_a_service_is_answered(
    gateway: Loopback, how: Callable[[Loopback, int], str], addresses: list[str], in_x_road: list[str]
) -> None:
    with opened(gateway, how) as slug:
        document = described(gateway, f"/v1/services/{slug}/openapi.json")
        assert list(document["paths"]) == addresses
        assert assert_works(gateway, document, "")
        service = gateway.door.desk.policy.current(now=gateway.door.now).services[slug]  # type: ignore[union-attr]  # there is one
        subsystem = f"/r1/CN-TJ/GOV/{service.owner}/000001"
        here = described(gateway, f"{subsystem}/getOpenAPI?serviceCode={slug}")
        assert list(here["paths"]) == in_x_road
        assert assert_works(gateway, here, f"{subsystem}/{slug}")
        listed = described(gateway, f"{subsystem}/listMethods")["service"]
        (told,) = (each["endpoint_list"] for each in listed if each["service_code"] == slug)
        assert [each["path"] for each in told] == in_x_road


def test_what_a_subscription_gives_leads_on_to_its_changes(gateway: Loopback) -> None:
    with opened(gateway, open_subscribe) as slug:
        document = described(gateway, f"/v1/services/{slug}/openapi.json")
        ((_, path, operation, asked),) = examples(document)
        (first,) = assert_works(gateway, document, "")
        asked |= {"since": first["cursor"], "subjects": [{"id_number": LIU.id_number}]}
        reply = sent(gateway, "POST", path, json.dumps(asked).encode())
        lines = [json.loads(line) for line in reply.text.splitlines()]
        assert [sorted(line) for line in lines[1:]] == [["cursor"], ["content_digest", "signature", "signature_input"]]
        forms = operation["responses"]["200"]["content"]["application/x-ndjson"]["x-haihe-lines"]
        assert all(fits(forms, document, line) for line in lines)


def test_the_owners_own_address_asks_what_it_says(gateway: Loopback) -> None:
    department = FakeDepartment()
    gateway.run(department.__aenter__())
    slug = open_about_things(gateway, department.port)
    asked = {"purpose": "VEHICLE_TRANSFER", "case": "CGS-1", "fields": ["paid"]}
    asked["parameters"] = {"on": "2026-01-31", "sort": "large", "remark": "过户"}  # type: ignore[assignment]  # mixed on purpose
    path = f"/r1/CN-TJ/GOV/120015/000001/{slug}/v1/taxpayers/JA12345/in/2026"
    reply = sent(gateway, "POST", path, json.dumps(asked).encode())
    gateway.run(department.__aexit__(None, None, None))
    assert reply.json()["values"] == {"paid": "已缴"}
    assert department.asked[0].target == "/v1/taxpayers/JA12345/in/2026?on=2026-01-31"
    assert reply.headers["x-road-service"] == f"CN-TJ/GOV/120015/000001/{slug}"
    assert (
        reply.headers["x-road-request-id"] == reply.json()["evidence"] == department.asked[0].headers["haihe-evidence"]
    )
