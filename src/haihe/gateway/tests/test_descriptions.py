"""What the descriptions say is so: each example is accepted and answered in the form that is promised."""

import json
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from haihe.gateway.messages import Request
from haihe.gateway.policy import About
from haihe.gateway.server import openapi_document
from haihe.gateway.testing import BATCH_PATH, PATH, QUERY_PATH, QUERY_SERVICE, SERVICE, Door, signed_headers
from haihe.gateway.xroad.description import describe_front

type Json = dict[str, Any]
WHOLE: Json = json.loads(openapi_document())
FRONT: Json = describe_front()
PROVIDER = "/r1/CN-TJ/GOV/120012/000001"
NAMED = {"x-road-client": "CN-TJ/GOV/120040/gjj-core"}
NEEDING_MORE = ("/proxy", "/subscribe")
ASKING = ("/v1/verify/{service}", "/v1/query/{service}", "/v1/verify/{service}/batch")
PATHS = dict(zip(ASKING, (PATH, QUERY_PATH, BATCH_PATH), strict=True))


@pytest.fixture
def open_door(door: Door) -> Door:
    """Both services are open, and all that the examples ask is granted."""
    door.grant = replace(door.grant, claims=frozenset({"on_relief", "extreme_hardship"}))
    titles = {"on_relief": "今天是否享受最低生活保障", "extreme_hardship": "今天是否享受特困供养"}
    door.about[SERVICE] = About("低保状态核验", "回答是、否、无法确认。", titles)
    door.open_relief_details()
    return door


def described(door: Door, slug: str) -> Json:
    reply = door.send(Request("GET", f"/v1/services/{slug}/openapi.json", None, {}, b"", keep_alive=True))
    assert (reply.status, reply.media_type) == (200, "application/json")
    told: Json = json.loads(reply.body)
    return told


def fits(schema: Json, document: Json, value: object) -> bool:
    whole = schema | {"components": document["components"]}
    return jsonschema_rs.is_valid(whole, value, validate_formats=True)


def examples(document: Json) -> list[tuple[str, Json, Json]]:
    """Return each example of a request with its path and operation."""
    return [
        (path, operation, example["value"])
        for path, operation in ((path, methods.get("post")) for path, methods in document["paths"].items())
        # A department's interface or a history has to be there: tests/contract/test_every_example_works.py.
        if operation and not path.startswith(("/v1/proxy/", "/v1/subscribe/")) and not path.endswith(NEEDING_MORE)
        for content in [operation["requestBody"]["content"].get("application/json", {})]
        for example in content.get("examples", {}).values()
    ]


def contents(document: Json) -> list[Json]:
    """Return each form of each reply."""
    return [
        content
        for methods in document["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
        for content in response["content"].values()
    ]


def shared(reference: str) -> Json:
    told: Json = WHOLE["components"]["examples"][reference.rsplit("/", 1)[1]]
    return told


def assert_answered(door: Door, path: str, document: Json, operation: Json, asked: Json) -> None:
    body = json.dumps(asked).encode()
    assert fits(operation["requestBody"]["content"]["application/json"]["schema"], document, asked)
    if path.endswith("/batch"):
        assert_streamed(door, document, operation, body)
        return
    headers = signed_headers(body, path=path, created=int(door.now))
    reply = door.post(body, path=path, headers=headers | NAMED)
    assert reply.status == 200, reply.body
    assert fits(
        operation["responses"]["200"]["content"]["application/json"]["schema"], document, json.loads(reply.body)
    )
    told = {line.split(":")[0] for line in reply.headers.splitlines()}
    assert told - {"x-road-client"} == {name.lower() for name in operation["responses"]["200"]["headers"]}


def assert_streamed(door: Door, document: Json, operation: Json, body: bytes) -> None:
    letterbox = door.batch(body)
    assert letterbox.ended, letterbox.replies
    content = operation["responses"]["200"]["content"]["application/x-ndjson"]
    lines = [json.loads(line) for line in b"".join(letterbox.parts).splitlines()]
    assert len(lines) > 2
    assert [line for line in lines if not fits(content["x-haihe-lines"], document, line)] == []


@pytest.mark.parametrize(("route", "operation", "asked"), [each for each in examples(WHOLE) if each[0] in PATHS])
def test_each_example_of_a_request_is_accepted(open_door: Door, route: str, operation: Json, asked: Json) -> None:
    assert_answered(open_door, PATHS[route], WHOLE, operation, asked)


@pytest.mark.parametrize(("route", "operation", "asked"), examples(FRONT))
def test_each_example_of_the_x_road_front_is_accepted(
    open_door: Door, route: str, operation: Json, asked: Json
) -> None:
    slug = QUERY_SERVICE if route.endswith("/query") else SERVICE
    path = f"{PROVIDER}/{slug}/{route.rsplit('/', 1)[1]}"
    assert_answered(open_door, path, FRONT, operation, asked)


@pytest.mark.parametrize("slug", [SERVICE, QUERY_SERVICE])
def test_a_service_is_described_as_it_stands_behind_the_x_road_front(open_door: Door, slug: str) -> None:
    more = NAMED | {"x-road-id": "1"}
    asked = Request("GET", f"{PROVIDER}/getOpenAPI", f"serviceCode={slug}", more, b"", keep_alive=True)
    document = json.loads(open_door.send(asked).body)
    assert document["servers"] == [{"url": f"{PROVIDER}/{slug}"}]
    told = examples(document)
    assert told
    for path, operation, example in told:
        assert_answered(open_door, f"{PROVIDER}/{slug}{path}", document, operation, example)


def test_the_x_road_front_describes_itself_and_its_replies_have_the_form_it_promises(open_door: Door) -> None:
    served = open_door.send(Request("GET", "/r1/openapi.json", None, {}, b"", keep_alive=True))
    assert json.loads(served.body) == FRONT
    for path in (f"{PROVIDER}/listMethods", f"{PROVIDER}/allowedMethods", "/listClients"):
        route = path.replace(PROVIDER, "/r1/{instance}/{class}/{member}/{subsystem}")
        headers = signed_headers(b"", method="GET", path=path, created=int(open_door.now)) | NAMED
        reply = open_door.send(Request("GET", path, None, headers, b"", keep_alive=True))
        answered = FRONT["paths"][route]["get"]["responses"]["200"]
        assert reply.status == 200
        assert fits(answered["content"]["application/json"]["schema"], FRONT, json.loads(reply.body))
        assert {name.lower() for name in answered["headers"]} <= {
            line.split(":")[0] for line in reply.headers.splitlines()
        }


@pytest.mark.parametrize("slug", [SERVICE, QUERY_SERVICE])
def test_each_example_of_a_service_s_own_description_is_accepted(open_door: Door, slug: str) -> None:
    document = described(open_door, slug)
    told = examples(document)
    assert told
    for path, operation, asked in told:
        assert_answered(open_door, path, document, operation, asked)


def test_each_example_of_a_reply_has_the_form_that_is_promised() -> None:
    for document, many in ((WHOLE, 60), (FRONT, 60)):
        told = [
            (content, example) for content in contents(document) for example in content.get("examples", {}).values()
        ]
        assert len(told) > many
        for content, example in told:
            value = (shared(example["$ref"]) if "$ref" in example else example)["value"]
            assert fits(content["schema"], document, value), value


def test_a_verify_service_tells_its_claims_in_words_and_nothing_of_what_they_compare(open_door: Door) -> None:
    document = described(open_door, SERVICE)
    assert document["info"]["title"] == "低保状态核验"
    assert document["info"]["x-haihe-owner"] == {"code": "120012", "name": "市民政局"}
    assert set(document["paths"]) == {PATH, BATCH_PATH}
    claim = document["components"]["schemas"]["VerifyRequest"]["properties"]["claim"]
    assert claim["enum"] == [None, "extreme_hardship", "on_relief"]
    assert claim["x-haihe-titles"]["on_relief"] == "今天是否享受最低生活保障"
    needed = document["paths"][PATH]["post"]["x-haihe-grant-needed"]
    assert (needed["from"], needed["scope"]) == ("120012", ["extreme_hardship", "on_relief"])
    text = json.dumps(document, ensure_ascii=False)
    assert "valid_until" not in text
    assert '特困供养"' not in text.replace("今天是否享受特困供养", "")


def test_a_query_service_tells_its_fields_with_their_masks(open_door: Door) -> None:
    document = described(open_door, QUERY_SERVICE)
    assert set(document["paths"]) == {QUERY_PATH}
    schemas = document["components"]["schemas"]
    assert set(schemas["QueryRequest"]["properties"]["fields"]["items"]["enum"]) == {
        "relief_type",
        "monthly_amount_yuan",
    }
    shown = schemas["Queried"]["properties"]["values"]["properties"]
    assert shown["relief_type"]["title"] == "救助类型"
    assert shown["monthly_amount_yuan"]["x-haihe-mask"] == {"mask": "bucket", "step": 500}
    assert "VerifyRequest" not in schemas


def test_a_description_follows_what_its_owner_changes(open_door: Door) -> None:
    assert described(open_door, SERVICE)["info"]["title"] == "低保状态核验"
    open_door.about[SERVICE] = About("社会救助核验")
    open_door.apply()
    assert described(open_door, SERVICE)["info"]["title"] == "社会救助核验"


@pytest.mark.parametrize("slug", ["no-such-service", "-", "..", "relief_status", "_health", "%72elief-status"])
def test_what_isn_t_open_has_no_description(open_door: Door, slug: str) -> None:
    reply = open_door.send(Request("GET", f"/v1/services/{slug}/openapi.json", None, {}, b"", keep_alive=True))
    assert reply.status == 404


def test_without_a_policy_nothing_is_described(open_door: Door) -> None:
    open_door.now += 3600
    reply = open_door.send(Request("GET", f"/v1/services/{SERVICE}/openapi.json", None, {}, b"", keep_alive=True))
    assert reply.status == 503


def test_nobody_alive_has_the_numbers_of_the_examples() -> None:
    numbers = {
        subject["id_number"]
        for _, _, asked in examples(WHOLE)
        for subject in asked.get("subjects", [asked.get("subject")])
        if subject is not None
    }
    assert {number[6:10] for number in numbers} == {"1900"}
