"""How the same question is asked from a shell and from Python, to be copied. They hold no secret and no real number."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from haihe.data.sharing.models import Service, ServiceKind
from haihe.kernel.source_rules import example_of, read_rules

EXAMPLE_NUMBER = "120101190001010016"
"""Of somebody born in 1900: nobody alive has it."""

_CURL = """\
SECRET='{secret}'
CLIENT='{client}'
REQUEST='{body}'
TARGET='{path}'
CREATED=$(date +%s)
NONCE=$(openssl rand -hex 16)
DIGEST="sha-256=:$(printf %s "$REQUEST" | openssl dgst -sha256 -binary | openssl base64 -A):"
INPUT=$(printf '("@method" "@path" "content-digest");created=%s;nonce="%s";keyid="%s";alg="hmac-sha256"' \\
  "$CREATED" "$NONCE" "$CLIENT")
BASE=$(printf '"@method": POST\\n"@path": %s\\n"content-digest": %s\\n"@signature-params": %s' \\
  "$TARGET" "$DIGEST" "$INPUT")
KEY=$(printf %s "$SECRET" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
SIGNATURE=$(printf %s "$BASE" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)
curl -sS '{url}{path}' --data-raw "$REQUEST" -H 'Content-Type: application/json' \\
  -H "Content-Digest: $DIGEST" -H "Signature-Input: haihe=$INPUT" -H "Signature: haihe=:$SIGNATURE:"
"""
_PYTHON = """\
from haihe.client import Haihe

with Haihe("{url}", "{client}", "{secret}") as haihe:
    {calls}
    print(told)
"""
PLACEHOLDER = "密钥（Base64）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the programs shall ask: claims or fields, of `many` at once, with a department's `parameters`."""

    scope: Sequence[str]
    purpose: str
    case: str
    many: bool = False
    parameters: Mapping[str, str | int] = field(default_factory=dict)


def curl(service: Service, wanted: Wanted, *, client: str, url: str, secret: str = PLACEHOLDER) -> str:
    """Return commands for a shell with openssl and curl; of a subscription, those that get the cursor."""
    path, asked = f"/v1/{service.kind.lower()}/{service.slug}", dict[str, object]()
    if service.kind == ServiceKind.VERIFY and wanted.many:
        path, asked["subjects"] = f"{path}/batch", [{"id_number": EXAMPLE_NUMBER}]
    elif _about_a_person(service):
        asked["subject"] = {"id_number": EXAMPLE_NUMBER}
    asked |= {"purpose": wanted.purpose, "case": wanted.case} | _scope(service, wanted)
    if service.kind == ServiceKind.PROXY and (parameters := _parameters(service, wanted)):
        asked["parameters"] = parameters
    body = json.dumps(asked, ensure_ascii=False)
    return _CURL.format(secret=secret, client=client, body=body, path=path, url=url)


def python(service: Service, wanted: Wanted, *, client: str, url: str, secret: str = PLACEHOLDER) -> str:
    """Return a program for `haihe.client`."""
    calls = {
        ServiceKind.VERIFY: _verify,
        ServiceKind.QUERY: _query,
        ServiceKind.PROXY: _proxy,
        ServiceKind.SUBSCRIBE: _subscribe,
    }
    return _PYTHON.format(
        url=url, client=client, secret=secret, calls=calls[ServiceKind(service.kind)](service, wanted)
    )


def _verify(service: Service, wanted: Wanted) -> str:
    claim = f'claim="{wanted.scope[0]}", ' if wanted.scope else ""
    if wanted.many:
        return f'told = list(haihe.verify_many("{service.slug}", ["{EXAMPLE_NUMBER}"], {claim}{_why(wanted)}))'
    if len(wanted.scope) > 1:
        claims = f"claims={json.dumps([*wanted.scope])}, "
        return f'told = haihe.verify_claims("{service.slug}", "{EXAMPLE_NUMBER}", {claims}{_why(wanted)})'
    return f'told = haihe.verify("{service.slug}", "{EXAMPLE_NUMBER}", {claim}{_why(wanted)})'


def _query(service: Service, wanted: Wanted) -> str:
    return f'told = haihe.query("{service.slug}", "{EXAMPLE_NUMBER}", {_fields(wanted)}, {_why(wanted)})'


def _proxy(service: Service, wanted: Wanted) -> str:
    whom = f'"{EXAMPLE_NUMBER}", ' if _about_a_person(service) else ""
    found = _parameters(service, wanted)
    more = f"parameters={json.dumps(found, ensure_ascii=False)}, " if found else ""
    return f'told = haihe.proxy("{service.slug}", {whom}{_fields(wanted)}, {more}{_why(wanted)})'


def _subscribe(service: Service, wanted: Wanted) -> str:
    rest = f"{_fields(wanted)}, {_why(wanted)}"
    return (
        f'start = haihe.cursor("{service.slug}", {rest})\n'
        f'    told = haihe.subscribe("{service.slug}", ["{EXAMPLE_NUMBER}"], since=start.text, {rest})'
    )


def _why(wanted: Wanted) -> str:
    return f'purpose="{wanted.purpose}", case="{wanted.case}"'


def _fields(wanted: Wanted) -> str:
    return f"fields={json.dumps([*wanted.scope])}"


def _scope(service: Service, wanted: Wanted) -> dict[str, object]:
    scope = [*wanted.scope]
    if service.gives_fields:
        return {"fields": scope}
    return {"claims": scope} if len(scope) > 1 else {"claim": scope[0]} if scope else {}


def _about_a_person(service: Service) -> bool:
    if service.kind == ServiceKind.PROXY:
        return read_rules(service.source).subject is not None
    return service.kind != ServiceKind.SUBSCRIBE


def _parameters(service: Service, wanted: Wanted) -> dict[str, str | int]:
    """Return those told, and an example of each that has to be."""
    rules = read_rules(service.source)
    needed = {name: example_of(each) for name, each in rules.parameters.items() if each.required}
    return needed | dict(wanted.parameters)
