"""A receiver of traces: an OTLP/HTTP endpoint that keeps what it is sent."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True, slots=True)
class ReceivedSpan:
    """One span as it came over the wire."""

    program: str
    name: str
    trace: str
    span: str
    parent: str
    facts: dict[str, str]


@dataclass
class Receiver:
    """What was received so far, in `spans`."""

    url: str = ""
    spans: list[ReceivedSpan] = field(default_factory=list)

    def wait_for(self, *names: str, patience_s: float = 60.0) -> dict[str, ReceivedSpan]:
        """Return one span of each name. Raises: AssertionError with what has come, if they don't all come in time."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            found = {span.name: span for span in list(self.spans)}
            if found.keys() >= set(names):
                return found
            time.sleep(0.05)
        raise AssertionError(f"wanted {names}, have {sorted(span.name for span in self.spans)}")

    def take(self, message: bytes) -> None:
        told = ExportTraceServiceRequest.FromString(message)
        for resource in told.resource_spans:
            program = {fact.key: fact.value.string_value for fact in resource.resource.attributes}["service.name"]
            for scope in resource.scope_spans:
                self.spans += [
                    ReceivedSpan(
                        program,
                        one.name,
                        one.trace_id.hex(),
                        one.span_id.hex(),
                        one.parent_span_id.hex(),
                        {fact.key: str(fact.value) for fact in one.attributes},
                    )
                    for one in scope.spans
                ]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Listen on a free port of this machine."""
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield received
        finally:
            server.shutdown()
            thread.join()
