"""The published description says what the program does: same routes, same problems, same fields."""

import itertools
import json
from typing import Any

import msgspec
import pytest

from haihe.gateway import app, links, oauth_metadata, public
from haihe.gateway.corrections import CORRECTIONS_ROUTE
from haihe.gateway.health import Health
from haihe.gateway.lines import PartHead
from haihe.gateway.messages import Request
from haihe.gateway.replies import Answered, AnsweredAll, Proxied, Queried, Told
from haihe.gateway.requests import BatchRequest, ProxyRequest, QueryRequest, SubscribeRequest, VerifyRequest
from haihe.gateway.server import openapi_document
from haihe.gateway.subscription import ChangeHead, CursorReply
from haihe.gateway.testing import Door
from haihe.gateway.tests.test_health import probe
from haihe.kernel.problems import PROBLEMS, Problem

DOCUMENT: dict[str, Any] = json.loads(openapi_document())
SCHEMAS = DOCUMENT["components"]["schemas"]


def test_the_routes_are_those_of_the_program() -> None:
    assert set(DOCUMENT["paths"]) == {
        app.VERIFY_ROUTE,
        app.QUERY_ROUTE,
        app.BATCH_ROUTE,
        app.PROXY_ROUTE,
        app.SUBSCRIBE_ROUTE,
        CORRECTIONS_ROUTE,
        app.HEALTH_ROUTE,
        public.OPENAPI_ROUTE,
        public.SERVICE_ROUTE,
        oauth_metadata.KEYS_ROUTE,
        oauth_metadata.METADATA_ROUTE,
        oauth_metadata.TOKEN_ROUTE,
        links.LINK_ROUTE,
    }


@pytest.mark.parametrize("path", DOCUMENT["paths"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_each_route_takes_the_methods_it_says(door: Door, path: str, method: str) -> None:
    if (method, path) == ("GET", app.HEALTH_ROUTE):
        return
    reply = door.send(Request(method, path.replace("{service}", "relief-status"), None, {}, b"", keep_alive=True))
    assert (reply.status == 405) == (method.lower() not in DOCUMENT["paths"][path])


def problems_of(path: str, method: str) -> dict[str, int]:
    """Return each problem's slug with the status under which the route lists it."""
    found: dict[str, int] = {}
    for status, response in DOCUMENT["paths"][path][method]["responses"].items():
        told = response["content"].get("application/problem+json", {}).get("examples", {})
        found |= dict.fromkeys(told, int(status))
    return found


@pytest.mark.parametrize(
    "route", [app.VERIFY_ROUTE, app.QUERY_ROUTE, app.BATCH_ROUTE, app.PROXY_ROUTE, app.SUBSCRIBE_ROUTE]
)
def test_each_question_lists_every_problem_under_its_status(route: str) -> None:
    assert problems_of(route, "post") == {slug: kind.status for slug, kind in PROBLEMS.items()}


def test_every_reference_leads_somewhere() -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            return [node["$ref"]] if "$ref" in node else [r for part in node.values() for r in references(part)]
        return [r for part in node for r in references(part)] if isinstance(node, list) else []

    for reference in references(DOCUMENT):
        place: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_request_is_as_strict_as_the_program() -> None:
    made = {**msgspec.json.schema(VerifyRequest)["$defs"], **msgspec.json.schema(QueryRequest)["$defs"]}
    made |= {**msgspec.json.schema(BatchRequest)["$defs"], **msgspec.json.schema(ProxyRequest)["$defs"]}
    made |= msgspec.json.schema(SubscribeRequest)["$defs"]
    for name in ("VerifyRequest", "QueryRequest", "BatchRequest", "ProxyRequest", "SubscribeRequest", "Subject"):
        told = SCHEMAS[name]
        assert told["required"] == made[name]["required"]
        assert set(told["properties"]) == set(made[name]["properties"])
        assert told["additionalProperties"] is made[name]["additionalProperties"] is False
    for name, field in itertools.product(
        ("VerifyRequest", "QueryRequest", "BatchRequest", "ProxyRequest", "SubscribeRequest"), ("purpose", "case")
    ):
        assert SCHEMAS[name]["properties"][field]["maxLength"] == 64
        assert made[name]["properties"][field]["maxLength"] == 64


def test_answers_problems_and_health_have_the_fields_they_say(door: Door) -> None:
    assert set(SCHEMAS["Answer"]["properties"]) == set(Answered.__struct_fields__)
    assert set(SCHEMAS["PartHead"]["properties"]) == set(PartHead.__struct_fields__)
    assert set(SCHEMAS["Queried"]["properties"]) == set(Queried.__struct_fields__)
    assert set(SCHEMAS["Proxied"]["properties"]) == set(Proxied.__struct_fields__)
    assert set(SCHEMAS["ChangeHead"]["properties"]) == set(ChangeHead.__struct_fields__)
    assert set(SCHEMAS["CursorReply"]["properties"]) == set(CursorReply.__struct_fields__)
    assert set(SCHEMAS["Answers"]["properties"]) == set(AnsweredAll.__struct_fields__)
    assert set(SCHEMAS["Answers"]["properties"]["answers"]["items"]["properties"]) == set(Told.__struct_fields__)
    assert set(SCHEMAS["Problem"]["properties"]) == set(json.loads(Problem.of("no-grant", instance="x").to_json()))
    health = Health(door.desk, backlog=door.journal.backlog)
    assert set(SCHEMAS["Health"]["properties"]) == set(json.loads(probe(door, health=health).body))
