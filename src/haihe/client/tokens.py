"""A token for ten minutes (OAuth 2 client credentials), for programs that can't sign. Who sees it can use it."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

from haihe.client.calls import OK, Reply
from haihe.client.credentials import Credentials
from haihe.client.errors import NoAnswer, Refused
from haihe.kernel.problems import Problem

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - an address


@dataclass(frozen=True, slots=True)
class Token:
    """Sent as `Authorization: Bearer …` instead of a signature, over TLS only."""

    access_token: str = field(repr=False)
    expires_in_s: int
    services: tuple[str, ...]


def token_request(credentials: Credentials, services: Sequence[str]) -> tuple[dict[str, str], bytes]:
    """Return headers and body to send. Raises: ValueError for a private key, which signs each question as well."""
    if not isinstance(credentials.secret, bytes):
        raise ValueError("tokens are given for a secret; a private key signs each question by itself")
    client, secret = (quote_plus(each) for each in (credentials.client_id, b64encode(credentials.secret).decode()))
    told = {"grant_type": "client_credentials"} | ({"scope": " ".join(services)} if services else {})
    headers = {
        "authorization": f"Basic {b64encode(f'{client}:{secret}'.encode()).decode()}",
        "content-type": "application/x-www-form-urlencoded",
    }
    return headers, urlencode(told).encode()


def token_of(reply: Reply) -> Token:
    """Raises: Refused, NoAnswer."""
    try:
        said = json.loads(reply.body)
        if reply.status == OK:
            return Token(str(said["access_token"]), int(said["expires_in"]), tuple(str(said["scope"]).split()))
        error, why = str(said["error"]), str(said.get("error_description", ""))
    except (ValueError, KeyError, TypeError) as damage:
        raise NoAnswer(f"status {reply.status}, and nothing readable: {type(damage).__name__}") from None
    raise Refused(Problem(error, reply.status, error, error, why))
