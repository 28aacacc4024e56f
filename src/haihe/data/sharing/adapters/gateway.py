"""Questions to the gateway: signed with the organisation's own client, answers taken only with a valid signature.

A question is recorded and counted each time it reaches the gateway. So it is sent again only where it can't have
arrived: the connection was never made.
"""

import json
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import httpx
from django.conf import settings

from haihe.base.keys.api import keyring
from haihe.data.sharing.models import Client
from haihe.data.sharing.ports import QuestionRefused, SourceUnreachable, VerificationAnswer
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.problems import Problem
from haihe.kernel.signing import check_response, sign_request

_TIMEOUT = httpx.Timeout(5.0, connect=1.0)
# Shorter than the gateway keeps an idle connection, so that none is reused at the moment in which it is hung up.
_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=20.0)
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NO_ANSWER = frozenset({"unavailable"})
_log = logging.getLogger("haihe.sharing")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whose questions these are."""

    client_id: str
    secret: bytes = field(repr=False)


def platform_credentials(organisation: str) -> Credentials | None:
    """Return the client with which our platforms ask in the organisation's name; None where it registered none."""
    row = Client.objects.filter(organisation=organisation, is_platform=True, enabled=True).first()
    if row is None:
        return None
    return Credentials(row.client_id, keyring().open(bytes(row.sealed_secret), context=row.seal_context))


@dataclass(frozen=True, slots=True)
class GatewayVerifier:
    """Keeps connections open between questions; may be shared by threads."""

    http: httpx.Client
    credentials_of: Callable[[str], Credentials | None] = platform_credentials
    clock: Callable[[], float] = time.time

    def verify(
        self,
        *,
        organisation: str,
        service: str,
        id_number: str,
        name: str,
        purpose: str,
        case: str,
        claim: str | None = None,
    ) -> VerificationAnswer:
        """Raises: SourceUnreachable, QuestionRefused."""
        credentials = self.credentials_of(organisation)
        if credentials is None:
            detail = "本单位尚未登记平台接入系统，请数据专员在共享工作台登记。"
            raise QuestionRefused(Problem.of("credentials-missing", detail=detail))
        subject = {"id_number": id_number} | ({"name": name} if name else {})
        question: dict[str, Any] = {"subject": subject, "purpose": purpose, "case": case}
        body = json.dumps(question | ({"claim": claim} if claim else {}), ensure_ascii=False).encode()
        headers, reply = self._ask(f"/v1/verify/{service}", body, credentials)
        return _read(reply, headers, credentials)

    def _ask(self, path: str, body: bytes, credentials: Credentials) -> tuple[dict[str, str], httpx.Response]:
        try:
            return self._send(path, body, credentials)
        except _NEVER_SENT:
            pass
        except httpx.HTTPError as failure:
            raise _unreachable(failure) from None
        try:
            return self._send(path, body, credentials)
        except httpx.HTTPError as failure:
            raise _unreachable(failure) from None

    def _send(self, path: str, body: bytes, credentials: Credentials) -> tuple[dict[str, str], httpx.Response]:
        headers = sign_request(
            method="POST",
            path=path,
            body=body,
            client_id=credentials.client_id,
            secret=credentials.secret,
            created=int(self.clock()),
            nonce=secrets.token_urlsafe(24),
        )
        reply = self.http.post(path, content=body, headers={"content-type": "application/json", **headers})
        return headers, reply


@cache
def gateway_verifier() -> GatewayVerifier:
    """Return this process's way to the gateway (`HAIHE_GATEWAY_URL`)."""
    # No proxy of the environment comes between us and our own gateway.
    return GatewayVerifier(
        httpx.Client(base_url=settings.HAIHE.gateway_url, timeout=_TIMEOUT, limits=_LIMITS, trust_env=False)
    )


def _read(reply: httpx.Response, asked: dict[str, str], credentials: Credentials) -> VerificationAnswer:
    if reply.status_code != httpx.codes.OK:
        raise _refusal(reply)
    signed = check_response(
        reply.headers,
        status=reply.status_code,
        body=reply.content,
        client_id=credentials.client_id,
        secret=credentials.secret,
        request_headers=asked,
    )
    if not signed:
        _log.error("an answer of the gateway bears no valid signature for client %s", credentials.client_id)
        raise SourceUnreachable
    try:
        return _answer(json.loads(reply.content))
    except (ValueError, KeyError, TypeError) as damage:
        raise _unreachable(damage) from None


def _answer(said: dict[str, Any]) -> VerificationAnswer:
    as_of, reason = said["as_of"], said["reason"]
    return VerificationAnswer(
        answer=Answer(said["answer"]),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
        evidence=str(said["evidence"]),
        reason=UnknownReason(reason) if reason else None,
        claim=str(said["claim"]),
    )


def _refusal(reply: httpx.Response) -> SourceUnreachable | QuestionRefused:
    try:
        problem = Problem.from_json(reply.content)
    except ValueError as damage:
        return _unreachable(damage)
    _log.warning("the gateway refused a question: %s (%s)", problem.slug, problem.instance)
    return SourceUnreachable() if problem.slug in _NO_ANSWER else QuestionRefused(problem)


def _unreachable(failure: Exception) -> SourceUnreachable:
    # The type only: an exception's text may quote the question.
    _log.warning("the gateway gave no answer: %s", type(failure).__name__)
    return SourceUnreachable()
