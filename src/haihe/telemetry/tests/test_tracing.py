"""What the environment wishes, and what a traceparent says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.telemetry import tracing
from haihe.telemetry.tracing import Wish

GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_traces_are_off_until_they_are_wished_for() -> None:
    assert Wish.from_mapping({}) == Wish(False, 0.01)
    assert Wish.from_mapping({"HAIHE_TRACES": "1"}).wanted
    assert Wish.from_mapping({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}).wanted
    assert not Wish.from_mapping({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "HAIHE_TRACES": "0"}).wanted


@pytest.mark.parametrize("share", ["1.5", "-0.1", "many", "nan"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    with pytest.raises(ValueError, match=r"HAIHE_TRACES_SHARE|could not convert"):
        Wish.from_mapping({"HAIHE_TRACES_SHARE": share})


@pytest.mark.parametrize(
    ("text", "sampled"),
    [
        (GOOD, True),
        (GOOD[:-2] + "00", False),
        (GOOD[:-2] + "03", True),
        ("", None),
        (GOOD.upper(), None),
        ("01" + GOOD[2:], None),
        (GOOD + "-more", None),
        (GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32), None),
        (GOOD.replace("00f067aa0ba902b7", "0" * 16), None),
    ],
)
def test_a_traceparent_is_read_strictly(text: str, sampled: bool | None) -> None:
    assert tracing.is_sampled(text) is sampled


@given(st.text(max_size=80))
def test_no_text_from_outside_breaks_it(text: str) -> None:
    tracing.is_sampled(text)
    tracing.context_of(text)
