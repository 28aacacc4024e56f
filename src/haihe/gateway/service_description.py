"""One service's own description (OpenAPI 3.1): the gateway's, narrowed to what this service can be asked, in its words.

It holds what its owner published and nothing else: names, titles and masks; not what a claim compares with, and not who
has a grant.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from haihe.gateway import openapi
from haihe.gateway.policy import PROXY, QUERY, SUBSCRIBE, VERIFY, About, Policy, Service
from haihe.kernel.mask_rules import BUCKET
from haihe.kernel.source_rules import Parameter, SourceRules, example_of

type Json = dict[str, Any]

_PATHS: Mapping[str, tuple[str, ...]] = {
    VERIFY: ("/v1/verify/{service}", "/v1/verify/{service}/batch"),
    QUERY: ("/v1/query/{service}",),
    PROXY: ("/v1/proxy/{service}",),
    SUBSCRIBE: ("/v1/subscribe/{service}",),
}
_SCHEMAS: Mapping[str, tuple[str, str]] = {
    QUERY: ("QueryRequest", "Queried"),
    PROXY: ("ProxyRequest", "Proxied"),
    SUBSCRIBE: ("SubscribeRequest", "ChangeLine"),
}
_SHAPES: Mapping[str, Json] = {
    "none": {"type": ["string", "integer", "null"]},
    "name": {"type": ["string", "null"]},
    "id_number": {"type": ["string", "null"]},
    "phone": {"type": ["string", "null"]},
    "year": {"type": ["string", "null"], "pattern": "^[0-9]{4}$"},
    "district": {"type": ["string", "null"], "pattern": "^[0-9]{6}$"},
    BUCKET: {"type": ["string", "null"], "pattern": r"^[0-9]+\.\.[0-9]+$"},
}
_NO_WORDS = About()


@dataclass(slots=True)
class ServiceDescriptions:
    """Writes each description once for as long as the service stays as it is."""

    _written: dict[str, tuple[Service, About, str, bytes]] = field(default_factory=dict)

    def of(self, slug: str, policy: Policy) -> bytes | None:
        """Return the description of an open service; None if there is none of this name."""
        service = policy.services.get(slug)
        if service is None or slug.startswith("_"):
            return None
        about, owner_name = policy.about.get(slug, _NO_WORDS), policy.members.get(service.owner, "")
        written = self._written.get(slug)
        if written is None or written[0] is not service or written[1] is not about or written[2] != owner_name:
            text = json.dumps(describe(service, about, owner_name=owner_name), ensure_ascii=False).encode()
            written = self._written[slug] = service, about, owner_name, text
        return written[3]


def describe(service: Service, about: About, *, owner_name: str) -> Json:
    whole = openapi.document()
    narrow = _narrow_verify if service.kind == VERIFY else _narrow_fields
    paths = _PATHS[service.kind]
    narrow(service, about, whole)
    for path in paths:
        _narrow_operation(service, about, whole["paths"][path]["post"])
    described = {
        "openapi": whole["openapi"],
        "info": _info(service, about, owner_name),
        "servers": whole["servers"],
        "paths": {path.replace("{service}", service.slug): whole["paths"][path] for path in paths},
    }
    return described | {"components": openapi.needed(described, whole["components"])}


def _info(service: Service, about: About, owner_name: str) -> Json:
    words = [about.summary] if about.summary else []
    words.append(f"超过 {service.max_age_s} 秒未更新的名册只答 UNKNOWN。A register older than that answers UNKNOWN.")
    return {
        "title": about.title or service.slug,
        "version": "1",
        "description": " ".join(words),
        "x-haihe-service": service.slug,
        "x-haihe-owner": {"code": service.owner, "name": owner_name},
        "x-haihe-resource": service.resource,
        "x-haihe-max-age-s": service.max_age_s,
    }


def _narrow_operation(service: Service, about: About, operation: Json) -> None:
    operation["summary"] = f"{about.title or service.slug}：{operation['summary']}"
    operation["parameters"] = [each for each in operation["parameters"] if each.get("name") != "service"]
    operation["x-haihe-grant-needed"] = {
        "from": service.owner,
        "scope": sorted(service.masks or service.claims),
        "how": "在共享工作台对本服务“申请使用”，经双方单位批准后即为授权；用途以批准的为准。",
    }
    told = operation["requestBody"]["content"]["application/json"]
    told["examples"] = _examples(service, told["examples"])
    for answer in operation["responses"]["200"]["content"].values():
        # What it would say of somebody is for the general description; here its shape is enough.
        answer.pop("examples", None)


def _examples(service: Service, general: Json) -> Json:
    """Return the general examples with this service's own names in them; one that needs more names is left out."""
    names, examples = sorted(service.masks or service.claims), {}
    for key, example in copy.deepcopy(general).items():
        asked = example["value"]
        if service.kind == PROXY and not _fits_source(asked, service):
            continue
        if "claims" in asked:
            asked["claims"] = names[:2]
        elif "claim" in asked:
            asked["claim"] = service.default_claim
        elif "fields" in asked:
            asked["fields"] = names[:2]
        examples[key] = example
    return examples


def _narrow_verify(service: Service, about: About, whole: Json) -> None:
    schemas, named = whole["components"]["schemas"], _named(service.claims, about)
    for request in ("VerifyRequest", "BatchRequest"):
        claim = schemas[request]["properties"]["claim"]
        claim |= {"enum": [None, *named], "default": service.default_claim, "x-haihe-titles": named}
    several = schemas["VerifyRequest"]["properties"]["claims"]
    several["items"] |= {"enum": [*named], "x-haihe-titles": named}
    several["maxItems"] = min(several["maxItems"], len(named))
    schemas["Answer"]["properties"] |= {"service": {"const": service.slug}, "claim": {"enum": [*named]}}
    schemas["Answers"]["properties"]["service"] = {"const": service.slug}
    schemas["Answers"]["properties"]["answers"]["items"]["properties"]["claim"] = {"enum": [*named]}
    schemas["PartHead"]["properties"] |= {"service": {"const": service.slug}, "claim": {"enum": [*named]}}


def _fits_source(asked: Json, service: Service) -> bool:
    """Fit the example to what a department's interface takes: its own parameters, as it wants them. False if it is of
    the other kind: about persons, or about things.
    """
    rules = service.source.rules if service.source else None
    if rules is None or ("subject" in asked) != (rules.subject is not None):
        return False
    asked["parameters"] = {name: example_of(each) for name, each in rules.parameters.items() if each.required}
    return True


def _narrow_fields(service: Service, about: About, whole: Json) -> None:
    schemas, named = whole["components"]["schemas"], _named(service.masks, about)
    request, reply = _SCHEMAS[service.kind]
    if service.source is not None:
        _narrow_parameters(service.source.rules, schemas[request])
    wanted = schemas[request]["properties"]["fields"]
    wanted["items"] |= {"enum": [*named], "x-haihe-titles": named}
    wanted["maxItems"] = min(wanted["maxItems"], len(named))
    wanted.pop("examples", None)
    answer = schemas[reply]["properties"]
    if "service" in answer:
        answer["service"] = {"const": service.slug}
    answer["values"].pop("examples", None)
    answer["values"] |= {
        "additionalProperties": False,
        "properties": {name: _shape(title, about.rules.get(name, {})) for name, title in named.items()},
    }


def _narrow_parameters(rules: SourceRules, request: Json) -> None:
    """Tell the parameters that the owner takes, and whether a person is asked about."""
    told = request["properties"]["parameters"]
    told.pop("examples", None)
    told |= {
        "additionalProperties": False,
        "properties": {name: _parameter(each) for name, each in rules.parameters.items()},
        "required": [name for name, each in rules.parameters.items() if each.required],
    }
    if rules.subject is None:
        del request["properties"]["subject"]
    else:
        request["required"] = ["subject", *request["required"]]


def _parameter(parameter: Parameter) -> Json:
    bounds = {"minimum": parameter.least, "maximum": parameter.most}
    shapes: Mapping[str, Json] = {
        "integer": {"type": "integer"} | {name: value for name, value in bounds.items() if value is not None},
        "date": {"type": "string", "format": "date"},
        "choice": {"enum": list(parameter.choices)},
        "code": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        "text": {"type": "string", "minLength": 1, "maxLength": 100},
    }
    return shapes[parameter.form]


def _shape(title: str, rule: Mapping[str, Any]) -> Json:
    shape = _SHAPES.get(str(rule.get("mask")), _SHAPES["none"])
    return {"title": title, **shape, "x-haihe-mask": dict(rule)}


def _named(offered: Mapping[str, object], about: About) -> dict[str, str]:
    return {name: about.titles.get(name, name) for name in sorted(offered)}
