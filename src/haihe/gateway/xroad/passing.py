"""A department's own address under this front: method and path as their owner laid them down, parameters in the path.

Nothing else passes through. The path is held against the owner's, step by step, and gives parameters where the owner
has places for them; their forms are checked like those of any request. Where an identity number would stand in the
path there is no such address: this front, too, is logged by servers on the way.
"""

import re
from collections.abc import Callable

from haihe.gateway.dossier import Refused
from haihe.gateway.policy import PROXY, Service
from haihe.gateway.requests import ProxyRequest, decode_proxy
from haihe.gateway.xroad.names import KINDS
from haihe.kernel.source_rules import Parameter, SourceRules

type Found = dict[str, str | int]

_POST = "POST"
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
    if rules is None or rules.method != _POST or rules.path == "/":
        return None
    return None if rules.subject is not None and rules.subject.place == "path" else rules


def found_in(service: Service, endpoint: str | None) -> Found | None:
    """Return the parameters in the path that was called; None if there is no such path behind the service."""
    if endpoint in (None, KINDS[service.kind]):
        return {}
    rules = passing_rules(service)
    return None if rules is None else _matched(rules, endpoint.split("/") if endpoint else [])


def decoder(found: Found) -> Callable[[bytes], ProxyRequest]:
    """Return what decodes a question of which some parameters stood in the path."""

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
