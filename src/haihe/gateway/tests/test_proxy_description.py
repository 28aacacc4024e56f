"""A service that a department's interface answers tells programs its fields and parameters, and not where it is."""

import json
from dataclasses import replace
from typing import Any

import pytest

from haihe.gateway.messages import Request
from haihe.gateway.policy import About
from haihe.gateway.testing import Door
from haihe.gateway.testing_source import MASKS, FakeDepartment, proxied, put_behind, source_rules
from haihe.gateway.tests.test_descriptions import WHOLE, fits
from haihe.gateway.tests.test_proxy import act
from haihe.kernel.mask_rules import compile_mask


def described(door: Door, **changes: object) -> dict[str, Any]:
    put_behind(door, proxied(source_rules(1, **changes)))
    door.about["tax-paid"] = About("缴税查询", titles={"paid": "是否缴清"}, rules=MASKS)
    door.apply()
    reply = door.send(Request("GET", "/v1/services/tax-paid/openapi.json", None, {}, b"", True))
    assert reply.status == 200
    told: dict[str, Any] = json.loads(reply.body)
    return told


def test_it_says_which_fields_and_parameters_there_are(door: Door) -> None:
    told = described(door)
    assert list(told["paths"]) == ["/v1/proxy/tax-paid"]
    request = told["components"]["schemas"]["ProxyRequest"]
    assert set(request["properties"]["fields"]["items"]["enum"]) == set(MASKS)
    assert request["properties"]["parameters"]["properties"] == {
        "year": {"type": "integer", "minimum": 2000, "maximum": 2100}
    }
    assert "subject" in request["required"]
    content = told["paths"]["/v1/proxy/tax-paid"]["post"]["requestBody"]["content"]
    examples = content["application/json"]["examples"]
    assert [each["value"]["fields"] for each in examples.values()] == [["amount", "paid"]]


def test_it_keeps_to_itself_where_the_interface_is(door: Door) -> None:
    text = json.dumps(described(door, secret_header="X-Key", url="http://127.0.0.1:8123/v9/inside"))
    for hidden in ("127.0.0.1", "8123", "inside", "X-Key", "sfzh", "/data/paid"):
        assert hidden not in text


def test_about_things_no_person_is_named(door: Door) -> None:
    told = described(door, subject=None, parameters={"plate": {"in": "body", "form": "code"}})
    request = told["components"]["schemas"]["ProxyRequest"]
    assert "subject" not in request["properties"]
    assert request["properties"]["parameters"]["required"] == ["plate"]


@pytest.mark.parametrize("kind", ["person", "thing"])
def test_each_example_is_accepted_and_answered_in_the_form_that_is_promised(door: Door, kind: str) -> None:
    operation = WHOLE["paths"]["/v1/proxy/{service}"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    asked = content["examples"][kind]["value"]
    assert fits(content["schema"], WHOLE, asked)
    rules: dict[str, object] = {"parameters": {"plate": {"in": "body", "form": "code"}}, "subject": None}
    fields = {"registered_on": {"pointer": "/data/since", "type": "date"}}

    async def scene(department: FakeDepartment) -> None:
        service = proxied(source_rules(department.port, **(rules | {"fields": fields} if kind == "thing" else {})))
        service = replace(service, masks={**service.masks, "registered_on": compile_mask({"mask": "year"})})
        put_behind(door, service, *asked["fields"], purposes=frozenset({asked["purpose"]}))
        reply = await door.proxy(json.dumps(asked).encode())
        assert reply.status == 200, reply.body
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert fits(answer, WHOLE, json.loads(reply.body))
        assert kind == "thing" or asked["subject"]["id_number"][6:10] == "1900"

    act(scene)
