"""The front's description, and that of one service behind it (OpenAPI 3.1): the gateway's own in the front's forms."""

import copy
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from haihe.gateway import openapi
from haihe.gateway.policy import About, Policy, Service
from haihe.gateway.service_description import describe
from haihe.gateway.xroad.errors import error_body, error_type
from haihe.gateway.xroad.names import KINDS, service_id
from haihe.gateway.xroad.passing import passing_rules
from haihe.kernel.problems import Problem, ProblemType
from haihe.kernel.source_rules import SourceRules

type Json = dict[str, Any]

_EXAMPLE_INSTANCE = "urn:uuid:01936b5c-7c1e-7d4e-9a55-2f1f6f0c8b11"
_NOT_ALLOWED = 405
_HEADERS = {
    "X-Road-Id": {"$ref": "#/components/headers/XRoadId"},
    "X-Road-Request-Id": {"$ref": "#/components/headers/XRoadRequestId"},
    "X-Road-Request-Hash": {"$ref": "#/components/headers/XRoadRequestHash"},
}
_SERVICE = {"X-Road-Service": {"$ref": "#/components/headers/XRoadService"}}
_ERROR = {"X-Road-Error": {"$ref": "#/components/headers/XRoadError"}}
_ALLOW = {"Allow": {"$ref": "#/components/headers/Allow"}}
_SIGNING = ("ContentDigest", "SignatureInput", "Signature")


@dataclass(slots=True)
class Descriptions:
    """Writes each description once for as long as its service stays as it is."""

    _whole: bytes = b""
    _written: dict[str, tuple[Service, About | None, bytes]] = field(default_factory=dict)

    def whole(self) -> bytes:
        self._whole = self._whole or _encoded(describe_front())
        return self._whole

    def of(self, service: Service, policy: Policy) -> bytes:
        about, written = policy.about.get(service.slug), self._written.get(service.slug)
        if written is None or written[0] is not service or written[1] is not about:
            described = describe_service(service, about or About(), owner_name=policy.members.get(service.owner, ""))
            written = self._written[service.slug] = service, about, _encoded(described)
        return written[2]


def describe_front() -> Json:
    """Return the description of all addresses of the front."""
    whole, general = openapi.parts("xroad"), openapi.document()
    for methods in whole["paths"].values():
        for operation in methods.values():
            asks = operation.pop("x-asks", None)
            if asks is not None:
                _as_asked_there(operation, general["paths"][asks]["post"])
            _dress(operation)
    return _with_components(whole, general)


def describe_service(service: Service, about: About, *, owner_name: str) -> Json:
    """Return the description of one service, at its address under this front."""
    front, general = openapi.parts("xroad"), describe(service, about, owner_name=owner_name)
    endpoint = KINDS[service.kind]
    operation = front["paths"][f"/r1/{{instance}}/{{class}}/{{member}}/{{subsystem}}/{{service}}/{endpoint}"]["post"]
    asked = general["paths"][f"/v1/{endpoint}/{service.slug}"]["post"]
    operation.pop("x-asks")
    # The address is written out: only the headers are left.
    operation["parameters"] = [each for each in operation["parameters"] if _is_header(each, front)]
    operation["x-haihe-grant-needed"] = asked["x-haihe-grant-needed"]
    _as_asked_there(operation, asked)
    _dress(operation)
    described = {
        "openapi": front["openapi"],
        "info": general["info"],
        "servers": [{"url": f"/r1/{service_id(service)}"}],
        "paths": {f"/{endpoint}": {"post": operation}},
    }
    if (rules := passing_rules(service)) is not None:
        _tell_owners_address(described["paths"], general, operation, rules)
    return _with_components(described | {"components": front["components"]}, general)


def _tell_owners_address(paths: Json, general: Json, operation: Json, rules: SourceRules) -> None:
    """Describe the same question where its owner's path takes some of the parameters, and a query others."""
    here, schemas = copy.deepcopy(operation), general["components"]["schemas"]
    by_get = rules.method == "GET"
    taking = ("path", "query") if by_get else ("path",)
    outside = {name: each for name, each in rules.parameters.items() if each.place in taking}
    schema = schemas["PassedRequest"] = copy.deepcopy(schemas["ProxyRequest"])
    told = schema["properties"]["parameters"]
    shapes = {name: told["properties"].pop(name) for name in outside}
    told["required"] = [name for name in told["required"] if name not in shapes]
    content = here["requestBody"]["content"]["application/json"]
    content["schema"] = {"$ref": "#/components/schemas/PassedRequest"}
    taken: Json = {}
    for example in content["examples"].values():
        given = example["value"].get("parameters", {})
        taken |= {name: given.pop(name) for name in outside if name in given}
    here["operationId"] += "Passed"
    here["parameters"] += [
        {"name": name, "in": each.place, "required": each.required, "schema": shapes[name]}
        | ({"example": taken[name]} if name in taken else {})
        for name, each in outside.items()
    ]
    if by_get:
        here["parameters"].append(_as_header(here.pop("requestBody")["content"]["application/json"]))
    paths.setdefault(rules.path, {})[rules.method.lower()] = here


def _as_header(content: Json) -> Json:
    """Tell of the question in the header; the signature covers it and "@target-uri"."""
    encoded = {"type": "string", "contentEncoding": "base64url", "contentMediaType": "application/json"}
    return {
        "name": "Haihe-Question",
        "in": "header",
        "required": True,
        "description": "问题，JSON 的 Base64url，签名须覆盖 The question, JSON in Base64url, covered by the signature",
        "schema": encoded | {"contentSchema": content["schema"]},
        "examples": {
            name: {"summary": each["summary"], "value": _base64url(each["value"])}
            for name, each in content["examples"].items()
        },
    }


def _base64url(question: Json) -> str:
    return urlsafe_b64encode(_encoded(question)).rstrip(b"=").decode()


def _as_asked_there(operation: Json, asked: Json) -> None:
    """Take over what is the same under /v1: question, answer and signature."""
    for same in ("summary", "security", "requestBody", "responses"):
        operation[same] = asked[same]
    operation["responses"] = {"200": asked["responses"]["200"]}
    answered = operation["responses"]["200"]
    answered["headers"] = answered.get("headers", {}) | _SERVICE
    operation["parameters"] += [{"$ref": f"#/components/parameters/{name}"} for name in _SIGNING]


def _dress(operation: Json) -> None:
    """Write out refusals, and the headers of every reply."""
    openapi.add_refusals(operation, form=_refusal)
    for response in operation["responses"].values():
        response["headers"] = response.get("headers", {}) | _HEADERS


def _refusal(kinds: Sequence[ProblemType]) -> Json:
    examples = {kind.slug: _example(kind.slug) for kind in kinds}
    content = {"schema": {"$ref": "#/components/schemas/Error"}, "examples": examples}
    headers = _ERROR | (_ALLOW if kinds[0].status == _NOT_ALLOWED else {})
    return {"description": ", ".join(examples), "headers": headers, "content": {"application/json": content}}


def _example(slug: str) -> Json:
    problem = Problem.of(slug, instance=_EXAMPLE_INSTANCE)
    return {"summary": error_type(problem), "value": json.loads(error_body(problem))}


def _with_components(whole: Json, general: Json) -> Json:
    merged = {kind: dict(named) for kind, named in general["components"].items()}
    for kind, named in whole.pop("components").items():
        merged[kind] = merged.get(kind, {}) | named
    return whole | {"components": openapi.needed(whole, merged)}


def _is_header(parameter: Json, front: Json) -> bool:
    name = parameter.get("$ref", "").rsplit("/", 1)[-1]
    told: Json = front["components"]["parameters"].get(name, parameter)
    return bool(told["in"] == "header")


def _encoded(described: Json) -> bytes:
    return json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode()
