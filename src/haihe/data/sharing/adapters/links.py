"""Test a grant's link from its asker's key to the signed reply, and say which leg fails. Asks about nobody."""

import json
import secrets
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

import httpx
from django.conf import settings

from haihe.base.keys.api import keyring
from haihe.data.sharing.models import Client, ClientKey, Grant, KeyKind
from haihe.kernel.link_legs import OF_AN_INTERFACE, Leg, LegState
from haihe.kernel.problems import Problem
from haihe.kernel.signing import check_response, sign_request

_TIMEOUT = httpx.Timeout(5.0, connect=1.0)
_OF_THE_SIGNATURE = frozenset(
    {"credentials-missing", "credentials-invalid", "clock-skew", "replayed-request", "key-expired"}
)


@dataclass(frozen=True, slots=True)
class LegInfo:
    """How one leg stands. `problem` is the slug of what is wrong with it, "" where there is nothing."""

    leg: Leg
    state: LegState
    problem: str = ""


def try_link(grant: Grant, *, now: datetime, http: httpx.Client | None = None) -> list[LegInfo]:
    """Return all legs in order. Signs with the asker's own secret, which nobody gets to see."""
    key = _key_of(grant.organisation, now)
    if key is None:
        return _rest([LegInfo(Leg.KEY, LegState.FAILED, "no-key")])
    found = [LegInfo(Leg.KEY, LegState.OK)]
    path, body = f"/v1/links/{grant.service.slug}", _question(grant)
    secret = keyring().open(bytes(key.sealed_secret or b""), context=key.client.seal_context)
    key_id = f"{key.client.client_id}:{key.key_id}"
    asked = sign_request(
        method="POST",
        path=path,
        body=body,
        client_id=key_id,
        secret=secret,
        created=int(time.time()),
        nonce=secrets.token_urlsafe(24),
    )
    try:
        with nullcontext(http) if http else _way_to_the_gateway() as door:
            reply = door.post(path, content=body, headers={"content-type": "application/json", **asked})
    except httpx.HTTPError:
        return _rest([*found, LegInfo(Leg.GATEWAY, LegState.FAILED, "no-gateway")])
    found.append(LegInfo(Leg.GATEWAY, LegState.OK))
    signed = check_response(
        reply.headers,
        status=reply.status_code,
        body=reply.content,
        client_id=key_id,
        secret=secret,
        request_headers=asked,
    )
    return _rest([*found, *_told(reply, signed=signed)])


def _way_to_the_gateway() -> httpx.Client:
    return httpx.Client(base_url=settings.HAIHE.gateway_url, timeout=_TIMEOUT, trust_env=False)


def _key_of(organisation: str, now: datetime) -> ClientKey | None:
    """Return the newest secret in force of the asker's systems, our own platform's first."""
    clients = Client.objects.filter(organisation=organisation, enabled=True)
    keys = ClientKey.objects.select_related("client").filter(
        client__in=clients, kind=KeyKind.HMAC, ended_at__isnull=True, not_before__lte=now, expires_at__gt=now
    )
    return keys.order_by("-client__is_platform", "-made_at").first()


def _question(grant: Grant) -> bytes:
    return json.dumps({"purpose": grant.purposes[0], "scope": grant.scope}).encode()


def _told(reply: httpx.Response, *, signed: bool) -> list[LegInfo]:
    try:
        if reply.status_code != httpx.codes.OK:
            slug = Problem.from_json(reply.content).slug
            leg = Leg.SIGNATURE if slug in _OF_THE_SIGNATURE else Leg.JOURNAL if slug == "unavailable" else Leg.RATE
            return [LegInfo(leg, LegState.FAILED, slug)]
        told = [
            LegInfo(Leg(leg["leg"]), LegState(leg["state"]), leg["problem"] or "")
            for leg in json.loads(reply.content)["legs"]
        ]
    except (ValueError, KeyError, TypeError):
        return [LegInfo(Leg.REPLY, LegState.FAILED, "bad-reply")]
    return [*told, LegInfo(Leg.REPLY, LegState.OK) if signed else LegInfo(Leg.REPLY, LegState.FAILED, "bad-reply")]


def _rest(found: list[LegInfo]) -> list[LegInfo]:
    """Add the legs that nothing was said of, in their order."""
    known = {info.leg: info for info in found}
    return [known.get(leg, LegInfo(leg, LegState.SKIPPED)) for leg in Leg if leg in known or leg not in OF_AN_INTERFACE]
