"""A department's own address under this front: method and path as their owner laid them down, parameters in the path.

Nothing else passes through. The path is held against the owner's, step by step, and gives parameters where the owner
has places for them; their forms are checked like those of any request. Where an identity number would stand in the
path there is no such address: this front, too, is logged by servers on the way.

What is asked by GET has no body: its question stands in the header Haihe-Question, in Base64url, and its parameters may
stand in the query. The signature must cover both, by "@target-uri" and "haihe-question"; a token's connection does.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping

from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.http import MAX_BODY_BYTES
from haihe.gateway.policy import PROXY, Service
from haihe.gateway.requests import ProxyRequest, decode_proxy
from haihe.gateway.xroad.names import KINDS
from haihe.kernel.signing import QUESTION, content_digest
from haihe.kernel.source_rules import Parameter, SourceRules

type Found = dict[str, str | int]

_POST = "POST"
_BASE64URL = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_BODY_BYTES * 4 // 3 + 1}}}")
# One spelling for each number: forms that mean the same under two are refused.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")


def endpoints(service: Service) -> list[tuple[str, str]]:
    """Return methods and paths behind the service's code: our own word for its kind, and the owner's address."""
    own = [(_POST, f"/{KINDS[service.kind]}")]
    rules = passing_rules(service)
    return own if rules is None or (rules.method, rules.path) in own else [*own, (rules.method, rules.path)]


def passing_rules(service: Service) -> SourceRules | None:
    """Return the rules of a service whose owner's address can be asked under this front."""
    rules = service.source.rules if service.kind == PROXY and service.source is not None else None
    if rules is None or rules.path == "/":
        return None
    return None if rules.subject is not None and rules.subject.place == "path" else rules


def found_in(service: Service, endpoint: str | None) -> Found | None:
    """Return the parameters in the path that was called; None if there is no such path behind the service."""
    if endpoint in (None, KINDS[service.kind]):
        return {}
    rules = passing_rules(service)
    return None if rules is None else _matched(rules, endpoint.split("/") if endpoint else [])


def method_of(service: Service, endpoint: str | None) -> str:
    """Return the method by which it is asked there."""
    rules = passing_rules(service)
    return _POST if rules is None or endpoint in (None, KINDS[service.kind]) else rules.method


def in_query(service: Service, given: Mapping[str, str]) -> Found:
    """Return the parameters in the query, under their names here. Raises: Refused, for any other."""
    rules, found = passing_rules(service), dict[str, str | int]()
    for name, text in given.items():
        parameter = rules.parameters.get(name) if rules else None
        value = _value(parameter, text) if parameter is not None and parameter.place == "query" else None
        if value is None:
            raise Refused("malformed-request", "查询参数不是提供部门允许的参数，或者格式不符。")
        found[name] = value
    return found


def in_header(text: str | None) -> bytes:
    """Return the question that the header holds. Raises: Refused."""
    if text is None or not _BASE64URL.fullmatch(text):
        raise Refused("malformed-request", "以 GET 方式提问的，问题以 Base64url 写在 Haihe-Question 报头。")
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused("malformed-request", "Haihe-Question 的格式有误。") from None


def asked_by_get(dossier: Dossier, question: bytes, found: Found) -> Callable[[bytes], ProxyRequest]:
    """Return what takes the question from the header, once its sender is known. The record holds its digest."""

    def decode(body: bytes) -> ProxyRequest:
        if body:
            raise Refused("malformed-request", "以 GET 方式提问的不得带内容。")
        if dossier.signature is not None and not {"@target-uri", QUESTION} <= set(dossier.signature.covered):
            raise Refused("credentials-invalid", "签名须覆盖 @target-uri 和 haihe-question。")
        dossier.request_digest = content_digest(question)
        return decoder(found)(question)

    return decode


def decoder(found: Found) -> Callable[[bytes], ProxyRequest]:
    """Return what decodes a question of which some parameters stood in the address."""

    def decode(body: bytes) -> ProxyRequest:
        asked = decode_proxy(body)
        if asked.parameters.keys() & found.keys():
            raise Refused("malformed-request", "地址中已有的参数不得在内容中重复。")
        return ProxyRequest(asked.purpose, asked.case, asked.fields, asked.subject, asked.parameters | found)

    return decode


def _matched(rules: SourceRules, given: list[str]) -> Found | None:
    steps = rules.path.removeprefix("/").split("/")
    if len(steps) != len(given):
        return None
    found: Found = {}
    for step, part in zip(steps, given, strict=True):
        name = step[1:-1] if step.startswith("{") else ""
        if not name:
            if step != part:
                return None
            continue
        value = _value(rules.parameters[name], part)
        if value is None:
            return None
        found[name] = value
    return found


def _value(parameter: Parameter, part: str) -> str | int | None:
    """Read a number where one is wanted; whether it fits is the owner's rules' to say."""
    if parameter.form != "integer":
        return part
    return int(part) if _INTEGER.fullmatch(part) else None
