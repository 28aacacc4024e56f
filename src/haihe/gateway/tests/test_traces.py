"""The gateway decides at the door what it traces, and a flood of wishes doesn't slow it down."""

from collections.abc import Iterator

import pytest

from haihe.gateway.messages import Request
from haihe.gateway.traces import MOST_A_SECOND, GatewayTraces
from haihe.telemetry import tracing
from haihe.telemetry.testing import Receiver, receiver
from haihe.telemetry.tracing import Wish

ASKED = Request("POST", "/v1/verify/x", None, {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}, b"", True)
NOT_ASKED = Request("POST", "/v1/verify/x", None, {"traceparent": f"00-{'a' * 32}-{'b' * 16}-00"}, b"", True)
PLAIN = Request("POST", "/v1/verify/x", None, {}, b"", True)


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiver() as received:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", received.url)
        yield received


def begun(request: Request, *, share: float, times: int) -> int:
    traces = tracing.start("haihe-gateway", Wish(True, share), chooses=True)
    assert traces is not None
    door = GatewayTraces(traces)
    spans = [span for span in (door.begin(request) for _ in range(times)) if span is not None]
    for span in spans:
        assert span.is_recording()
        span.end()
    tracing.stop()
    return len(spans)


def test_who_doesnt_wish_isnt_traced(received: Receiver) -> None:
    assert begun(NOT_ASKED, share=1, times=20) == 0
    assert begun(PLAIN, share=0, times=20) == 0


def test_who_wishes_is_traced_whatever_the_share_is(received: Receiver) -> None:
    assert begun(ASKED, share=0, times=5) == 5


def test_no_more_than_so_many_a_second(received: Receiver) -> None:
    assert begun(ASKED, share=0, times=5 * MOST_A_SECOND) <= 2 * MOST_A_SECOND
    assert begun(PLAIN, share=1, times=5 * MOST_A_SECOND) <= 2 * MOST_A_SECOND
