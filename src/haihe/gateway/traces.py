"""Traces of requests: decided at the door, so that a request that isn't traced costs next to nothing.

A traceparent is believed only up to a rate: who asks doesn't decide how much of the gateway's time goes into traces.
"""

import random
import time
from typing import TYPE_CHECKING

from haihe.gateway.dossier import Dossier
from haihe.gateway.messages import Request
from haihe.telemetry import tracing

if TYPE_CHECKING:
    from opentelemetry.trace import Span

MOST_A_SECOND = 50


class GatewayTraces:
    """Begins and ends the spans of this gateway; lives in the loop's thread."""

    def __init__(self, traces: tracing.Traces) -> None:
        self._tracer, self._share = traces.tracer, traces.share
        self._second, self._begun = 0, 0

    def begin(self, request: Request) -> "Span | None":
        """Return the request's span if it is to be traced."""
        parent = request.headers.get(tracing.HEADER, "")
        wished = tracing.is_sampled(parent) if parent else None
        if wished is False or (wished is None and random.random() >= self._share):  # noqa: S311 - no secret
            return None
        if not self._has_room():
            return None
        from opentelemetry.trace import SpanKind

        return self._tracer.start_span("gateway", context=tracing.context_of(parent), kind=SpanKind.SERVER)

    def _has_room(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._begun = second, 0
        self._begun += 1
        return self._begun <= MOST_A_SECOND


def end(span: "Span", dossier: Dossier) -> None:
    """End the request's span with what became of it; what was asked about whom is not in it."""
    span.set_attribute("haihe.evidence", dossier.evidence)
    span.set_attribute("haihe.kind", dossier.kind)
    span.set_attribute("haihe.outcome", dossier.problem or dossier.told)
    if dossier.service is not None:
        span.set_attribute("haihe.service", dossier.service.slug)
    if dossier.client is not None:
        span.set_attribute("haihe.consumer", dossier.client.organisation)
    if dossier.problem:
        tracing.fail(span, dossier.problem)
    span.end()


def end_durable(span: "Span", dossier: Dossier, *, seconds: float, records: int) -> None:
    """End the span of a request that waited for the disk, with the commit as a span of its own."""
    ended = time.time_ns()
    tracing.note(
        "journal commit",
        {"haihe.records": records},
        parent=tracing.traceparent_of(span),
        started_ns=ended - int(seconds * 1e9),
        ended_ns=ended,
    )
    end(span, dossier)
