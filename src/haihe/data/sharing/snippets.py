"""How the same question is asked from a shell and from Python, to be copied. They hold no secret and no real number."""

import json
from collections.abc import Sequence

from haihe.data.sharing.models import Service

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
    told = haihe.{call}
    print(told)
"""
PLACEHOLDER = "密钥（Base64）"


def curl(
    service: Service, scope: Sequence[str], *, purpose: str, case: str, client: str, url: str, secret: str = PLACEHOLDER
) -> str:
    """Return commands for a shell with openssl and curl."""
    verb, asked = ("query", {"fields": [*scope]}) if service.is_query else ("verify", _claims(scope))
    question = {"subject": {"id_number": EXAMPLE_NUMBER}, "purpose": purpose, "case": case} | asked
    body = json.dumps(question, ensure_ascii=False)
    return _CURL.format(secret=secret, client=client, body=body, path=f"/v1/{verb}/{service.slug}", url=url)


def python(
    service: Service, scope: Sequence[str], *, purpose: str, case: str, client: str, url: str, secret: str = PLACEHOLDER
) -> str:
    """Return a program for `haihe.client`."""
    verb, wanted = "verify", ""
    if service.is_query:
        verb, wanted = "query", f"fields={json.dumps([*scope])}, "
    elif len(scope) > 1:
        verb, wanted = "verify_claims", f"claims={json.dumps([*scope])}, "
    elif scope:
        wanted = f'claim="{scope[0]}", '
    call = f'{verb}("{service.slug}", "{EXAMPLE_NUMBER}", {wanted}purpose="{purpose}", case="{case}")'
    return _PYTHON.format(url=url, client=client, secret=secret, call=call)


def _claims(scope: Sequence[str]) -> dict[str, object]:
    return {"claims": [*scope]} if len(scope) > 1 else {"claim": scope[0]} if scope else {}
