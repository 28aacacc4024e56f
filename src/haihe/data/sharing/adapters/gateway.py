"""Questions to the gateway in an organisation's name, asked with its own client by way of `haihe.client`.

A question is recorded and counted each time it reaches the gateway. So it is sent again only where it can't have
arrived: the connection was never made.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

import httpx
from django.conf import settings

from haihe.base.keys.api import keyring
from haihe.client import Haihe, HaiheError, NotTrusted, Refused
from haihe.data.sharing.models import Client
from haihe.data.sharing.ports import FieldsAnswer, QuestionRefused, SourceUnreachable, VerificationAnswer
from haihe.kernel.problems import Problem
from haihe.telemetry import tracing

_TIMEOUT = httpx.Timeout(5.0, connect=1.0)
# Shorter than the gateway keeps an idle connection, so that none is reused at the moment in which it is hung up.
_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=20.0)
_NO_ANSWER = frozenset({"unavailable", "provider-maintenance"})
_log = logging.getLogger("haihe.sharing")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whose questions these are."""

    client_id: str
    secret: bytes = field(repr=False)


def platform_credentials(organisation: str) -> Credentials | None:
    """Return the client with which our platforms ask in the organisation's name; None where it registered none."""
    row = Client.objects.filter(organisation=organisation, is_platform=True, enabled=True).first()
    if row is None or not row.sealed_secret:
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
        haihe = self.asking_for(organisation)
        try:
            with tracing.span("ask the gateway", {"haihe.service": service}, kind="CLIENT"):
                said = haihe.verify(service, id_number, name=name or None, purpose=purpose, case=case, claim=claim)
        except HaiheError as failure:
            raise _told(failure) from None
        return VerificationAnswer(
            answer=said.answer, as_of=said.as_of, evidence=said.evidence, reason=said.reason, claim=said.claim
        )

    def query(
        self,
        *,
        organisation: str,
        service: str,
        id_number: str,
        name: str,
        purpose: str,
        case: str,
        fields: Sequence[str],
    ) -> FieldsAnswer:
        """Raises: SourceUnreachable, QuestionRefused."""
        haihe = self.asking_for(organisation)
        try:
            with tracing.span("ask the gateway", {"haihe.service": service}, kind="CLIENT"):
                said = haihe.query(service, id_number, fields=fields, purpose=purpose, case=case, name=name or None)
        except HaiheError as failure:
            raise _told(failure) from None
        return FieldsAnswer(
            answer=said.answer, values=said.values, as_of=said.as_of, evidence=said.evidence, reason=said.reason
        )

    def asking_for(self, organisation: str) -> Haihe:
        """Return the gateway's client that signs as the organisation's platform. Raises: QuestionRefused."""
        credentials = self.credentials_of(organisation)
        if credentials is None:
            detail = "本单位尚未登记平台接入系统，请数据专员在共享工作台登记。"
            raise QuestionRefused(Problem.of("credentials-missing", detail=detail))
        return Haihe("", credentials.client_id, credentials.secret, http=self.http, clock=self.clock)


@cache
def gateway_verifier() -> GatewayVerifier:
    """Return this process's way to the gateway (`HAIHE_GATEWAY_URL`)."""
    # No proxy of the environment comes between us and our own gateway.
    return GatewayVerifier(
        httpx.Client(
            base_url=settings.HAIHE.gateway_url,
            timeout=_TIMEOUT,
            limits=_LIMITS,
            trust_env=False,
            event_hooks={"request": [pass_trace_on]},
        )
    )


def pass_trace_on(request: httpx.Request) -> None:
    """Tell the gateway which trace the question belongs to, if to one. It isn't signed: nothing rests on it."""
    if parent := tracing.traceparent():
        request.headers[tracing.HEADER] = parent


def _told(failure: HaiheError) -> SourceUnreachable | QuestionRefused:
    if isinstance(failure, Refused):
        problem = failure.problem
        _log.warning("the gateway refused a question: %s (%s)", problem.slug, problem.instance)
        return SourceUnreachable() if problem.slug in _NO_ANSWER else QuestionRefused(problem)
    # The client's texts quote nothing of a question.
    _log.log(
        logging.ERROR if isinstance(failure, NotTrusted) else logging.WARNING,
        "the gateway gave no answer: %s: %s",
        type(failure).__name__,
        failure,
    )
    return SourceUnreachable()
