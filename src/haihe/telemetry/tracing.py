"""Traces for OpenTelemetry: off until an operator switches them on, and then one request in a hundred.

`start` is called once by each program. Where traces are off, `span` costs a look at a variable and nothing is loaded.
Spans name services, pages, tasks and topics: never a person, an identity number or an address that was typed.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

HEADER = "traceparent"
DEFAULT_SHARE = 0.01
_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

type Facts = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the environment says: traces or not, and which share of the requests that nobody traced before us."""

    wanted: bool
    share: float = DEFAULT_SHARE

    @classmethod
    def from_mapping(cls, env: Mapping[str, str]) -> "Wish":
        """Raises: ValueError, if the share is no number from 0 to 1."""
        wanted = env.get("HAIHE_TRACES", "1" if any(env.get(name) for name in _ENDPOINTS) else "0") == "1"
        share = float(env.get("HAIHE_TRACES_SHARE", str(DEFAULT_SHARE)))
        if not 0 <= share <= 1:
            raise ValueError(f"HAIHE_TRACES_SHARE is from 0 to 1, not {share}")
        return cls(wanted, share)


@dataclass(frozen=True, slots=True)
class Traces:
    """What one program traces with."""

    provider: "TracerProvider"
    tracer: "Tracer"
    share: float


_traces: Traces | None = None


def start(program: str, wish: Wish, *, chooses: bool = False) -> Traces | None:
    """Begin to trace, if it is wished for; spans go to the OTLP/HTTP endpoint that the environment names.

    A program that `chooses` decides itself which requests it begins to trace. Call `stop` at the end, or the last
    spans are lost.
    """
    global _traces  # noqa: PLW0603 - a program traces or it doesn't
    if not wish.wanted:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, TraceIdRatioBased

    provider = TracerProvider(
        sampler=ParentBased(ALWAYS_ON if chooses else TraceIdRatioBased(wish.share)),
        resource=Resource.create({"service.name": program, "service.namespace": "haihe"}),
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _traces = Traces(provider, provider.get_tracer("haihe"), wish.share)
    return _traces


def stop() -> None:
    """Send what is left and trace no more."""
    global _traces
    traces, _traces = _traces, None
    if traces is not None:
        traces.provider.shutdown()


@contextlib.contextmanager
def span(name: str, facts: Facts | None = None, *, kind: str = "INTERNAL", parent: str = "") -> "Iterator[Span | None]":
    """Trace what happens within; `parent` is the traceparent of who asked for it, in another program or before.

    An exception marks the span as failed, without its message: that may quote what was asked.
    """
    if _traces is None:
        yield None
        return
    from opentelemetry.trace import SpanKind

    begun = _traces.tracer.start_as_current_span(
        name,
        context=context_of(parent),
        kind=SpanKind[kind],
        attributes=dict(facts or {}),
        record_exception=False,
        set_status_on_exception=False,
    )
    with begun as current:
        try:
            yield current
        except BaseException as failure:
            fail(current, type(failure).__name__)
            raise


def fail(current: "Span", why: str) -> None:
    """Mark a span as failed."""
    from opentelemetry.trace import Status, StatusCode

    current.set_status(Status(StatusCode.ERROR, why))


def traceparent() -> str:
    """Return the W3C traceparent of what is traced here and now, to be passed on; "" where nothing is."""
    if _traces is None:
        return ""
    from opentelemetry.trace import get_current_span

    return traceparent_of(get_current_span())


def traceparent_of(current: "Span") -> str:
    context = current.get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def is_sampled(text: str) -> bool | None:
    """Tell what a traceparent says: trace this, or don't; None if it can't be read, which is as if it weren't there."""
    return bool(int(text[-2:], 16) & 1) if _FORM.fullmatch(text) else None


def context_of(parent: str) -> "Context | None":
    """Return the context of a traceparent; None where there is none, and then the present one counts."""
    if not _FORM.fullmatch(parent):
        return None
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    _, trace_id, span_id, flags = parent.split("-")
    remote = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return set_span_in_context(NonRecordingSpan(remote))


def note(name: str, facts: Facts, *, parent: str, started_ns: int, ended_ns: int) -> None:
    """Trace what is over already, on behalf of somebody whose traceparent was kept."""
    if _traces is not None:
        _traces.tracer.start_span(name, context=context_of(parent), attributes=dict(facts), start_time=started_ns).end(
            ended_ns
        )
