"""What an interface refuses or puts off, leg by leg, and how long a fetch is patient."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from haihe.base.outward.testing import HttpServer, Told, told
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.http_api.connector import HTTP_API
from haihe.data.exchange.connectors.http_api.patience import Patience, asked_to_wait
from haihe.data.exchange.connectors.http_api.settings import HttpSettings
from haihe.data.exchange.connectors.http_api.tests.fetching import Source
from haihe.data.exchange.connectors.kinds import read_as
from haihe.data.exchange.connectors.ports import Leg, LegFound
from haihe.data.exchange.connectors.testing import NOW, make_site, walked


def test_all_legs_hold_and_the_first_rows_are_shown(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told({"total": 9, "rows": [{"n": number, "code": "007"} for number in range(9)]})
    settings = HttpSettings(url=f"{server.url}/rows", rows_at="/rows", total_at="/total")
    legs = walked(HTTP_API, settings, HTTP_API.secret(), make_site(tmp_path))
    assert [leg.leg for leg in legs] == list(HTTP_API.legs)
    assert legs[-1].preview is not None
    assert legs[-1].preview.columns == ("n", "code")
    assert legs[-1].preview.rows[0] == ("0", "007")


def test_a_files_name_and_size_are_told(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: Told(b"x" * 3_000_000)
    settings = HttpSettings(url=f"{server.url}/data/relief.csv", answer="file")
    legs = walked(HTTP_API, settings, HTTP_API.secret(), make_site(tmp_path))
    assert legs[-1].told == "relief.csv 3000000"


@pytest.mark.parametrize(
    ("status", "fault", "held"),
    [
        (401, Fault.LOGIN_REFUSED, Leg.TRUST),
        (403, Fault.NOT_PERMITTED, Leg.LOGIN),
        (404, Fault.NO_SUCH_PLACE, Leg.LOGIN),
        (400, Fault.ANSWER_REFUSED, Leg.LOGIN),
        (429, Fault.RATE_LIMITED, Leg.PLACE),
        (500, Fault.SOURCE_FAILED, Leg.PLACE),
    ],
)
def test_the_leg_that_fails_is_named_and_those_before_it_hold(
    server: HttpServer, tmp_path: Path, status: int, fault: Fault, held: Leg
) -> None:
    server.answer = lambda asked: Told("张三".encode(), status=status)
    found: list[LegFound] = []
    with pytest.raises(FetchFailed) as failed:
        found.extend(HTTP_API.check(HttpSettings(url=f"{server.url}/x"), HTTP_API.secret(), make_site(tmp_path)))
    assert failed.value.fault is fault
    assert found[-1].leg is held
    assert "张三" not in failed.value.sentence


def test_nobody_listening_is_told(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed) as failed:
        walked(HTTP_API, HttpSettings(url="http://127.0.0.1:1/"), HTTP_API.secret(), make_site(tmp_path))
    assert failed.value.fault is Fault.NO_CONNECTION


@pytest.mark.parametrize("status", [429, 503])
def test_what_asks_to_wait_is_waited_for(server: HttpServer, tmp_path: Path, status: int) -> None:
    refusals = [Told(status=status, headers={"Retry-After": "1"})]
    server.answer = lambda asked: refusals.pop() if refusals else told([{"n": 1}])
    began = time.monotonic()
    assert Source(server, tmp_path).fetch() == [{"n": "1"}]
    assert time.monotonic() - began >= 1


def test_what_asks_to_wait_long_is_left_for_another_try(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: Told(status=429, headers={"Retry-After": "600"})
    failed = Source(server, tmp_path).fails()
    assert (failed.fault, failed.is_transient, failed.retry_after_s) == (Fault.RATE_LIMITED, True, 600)
    assert len(server.asked) == 1


def test_a_moment_to_come_back_is_understood_too() -> None:
    assert asked_to_wait("Wed, 25 Nov 2026 08:02:00 GMT", now=NOW) == 120
    assert asked_to_wait("Wed, 25 Nov 2026 07:00:00 GMT", now=NOW) == 0
    assert asked_to_wait("7", now=NOW + timedelta(days=1)) == 7
    assert asked_to_wait("soon", now=NOW) is None
    assert asked_to_wait("", now=NOW) is None


def test_patience_ends() -> None:
    ticks: list[int] = []
    patience = Patience(waiting_s=0.3, lasting_s=60, tick=lambda: ticks.append(1))
    patience.wait(0.2, Fault.RATE_LIMITED)
    assert ticks
    with pytest.raises(FetchFailed) as failed:
        patience.wait(0.2, Fault.RATE_LIMITED)
    assert failed.value.fault is Fault.RATE_LIMITED
    with pytest.raises(FetchFailed) as failed:
        Patience(waiting_s=1, lasting_s=-1, tick=lambda: None).go_on()
    assert failed.value.fault is Fault.TIMED_OUT


@pytest.mark.parametrize(
    "told_settings",
    [
        {"url": "ftp://h/x"},
        {"url": "http://user:pw@h/x"},
        {"url": "http:///x"},
        {"url": "http://h:99999/x"},
        {"url": "http://h/x#y"},
        {"url": "http://h/x", "headers": {"Authorization": "x"}},
        {"url": "http://h/x", "headers": {"X-A": "a\r\nX-B: b"}},
        {"url": "http://h/x", "auth": "header", "auth_name": "Host"},
        {"url": "http://h/x", "auth": "oauth", "user": "u"},
        {"url": "http://h/x", "paging": "page"},
        {"url": "http://h/x", "paging": "link", "method": "POST"},
        {"url": "http://h/x", "how": "watermark"},
        {"url": "http://h/x", "answer": "file", "paging": "page", "page_param": "p"},
        {"url": "http://h/x", "rows_at": "rows"},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(told_settings: dict[str, Any]) -> None:
    with pytest.raises(FetchFailed) as failed:
        read_as(told_settings, HttpSettings)
    assert failed.value.fault is Fault.SETTINGS_WRONG
    assert "pw" not in failed.value.sentence
