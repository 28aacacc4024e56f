"""By a watermark only newer rows are asked for; none near it is lost, and none comes twice."""

from pathlib import Path
from typing import Any

import pytest

from haihe.base.outward.testing import Asked, HttpServer, Told, told
from haihe.data.exchange.connectors.faults import Fault
from haihe.data.exchange.connectors.http_api.tests.fetching import Source

BY_MARK: dict[str, Any] = {"how": "watermark", "watermark": "at", "since_param": "since", "key": ("id",)}


class Register:
    """An interface over rows that come and change; it gives those since the parameter."""

    def __init__(self, server: HttpServer) -> None:
        self.rows: list[dict[str, Any]] = []
        server.answer = self._answer

    def _answer(self, asked: Asked) -> Told:
        since = asked.params.get("since", "")
        return told([row for row in self.rows if str(row["at"]) >= since])


def ids(rows: list[dict[str, Any]] | None) -> list[str]:
    return [row["id"] for row in rows or []]


def test_the_first_fetch_is_whole_and_the_next_brings_what_is_newer(server: HttpServer, tmp_path: Path) -> None:
    register = Register(server)
    register.rows = [{"id": "a", "at": "2026-11-25 08:00:00"}, {"id": "b", "at": "2026-11-25 09:00:00"}]
    source = Source(server, tmp_path, **BY_MARK, overlap=600)
    assert ids(source.fetch()) == ["a", "b"]
    assert source.mode() == "full"
    assert source.fetch() is None
    # c was written before b and became visible only now; d is as old as the newest.
    register.rows += [{"id": "c", "at": "2026-11-25 08:55:00"}, {"id": "d", "at": "2026-11-25 09:00:00"}]
    rows = source.fetch()
    assert ids(rows) == ["c", "d"]
    assert [row["_op"] for row in rows or []] == ["upsert", "upsert"]
    assert source.mode() == "delta"
    assert source.fetch() is None
    assert [asked.params.get("since") for asked in server.asked] == [None, *["2026-11-25 08:50:00"] * 3]


def test_a_fetch_that_did_not_count_is_made_again(server: HttpServer, tmp_path: Path) -> None:
    register = Register(server)
    register.rows = [{"id": "a", "at": "2026-11-25 08:00:00"}]
    source = Source(server, tmp_path, **BY_MARK)
    source.fetch()
    register.rows.append({"id": "b", "at": "2026-11-25 09:00:00"})
    assert ids(source.fetch(publish=False)) == ["b"]
    assert ids(source.fetch()) == ["b"]
    assert source.fetch() is None


@pytest.mark.parametrize(
    ("spelling", "first", "asked"),
    [
        ("moment", "2026-11-25 08:00:00", "2026-11-25 07:55:00"),
        ("iso", "2026-11-25T08:00:00+08:00", "2026-11-25T07:55:00+08:00"),
        ("iso", "2026-11-25T08:00:00Z", "2026-11-25T07:55:00+00:00"),
        ("date", "2026-11-25", "2026-11-24"),
        ("compact", "20261125080000", "20261125075500"),
        ("number", 120103199001010013, "120103199001009713"),
        ("text", "2026年第7号", "2026年第7号"),
    ],
    ids=["moment", "iso", "iso-z", "date", "compact", "number", "text"],
)
def test_it_is_asked_in_the_interfaces_own_spelling(
    server: HttpServer, tmp_path: Path, spelling: str, first: object, asked: str
) -> None:
    server.answer = lambda _: told([{"id": "a", "at": first}])
    source = Source(server, tmp_path, **BY_MARK, since_as=spelling)
    source.fetch()
    assert source.fetch() is None
    assert server.asked[-1].params["since"] == asked


def test_numbers_rise_as_numbers(server: HttpServer, tmp_path: Path) -> None:
    register = Register(server)
    register.rows = [{"id": "a", "at": 9}, {"id": "b", "at": 10}]
    how: dict[str, Any] = {
        "how": "watermark",
        "watermark": "at",
        "since_param": "since",
        "key": ("id",),
        "since_as": "number",
    }
    source = Source(server, tmp_path, begin="0", overlap=0, **how)
    source.fetch()
    source.fetch()
    assert [asked.params["since"] for asked in server.asked] == ["0", "10"]


def test_a_column_that_is_not_there_or_of_another_spelling_is_named(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told([{"id": "a", "at": "25.11.2026"}])
    how: dict[str, Any] = {"how": "watermark", "since_param": "since", "key": ("id",)}
    assert Source(server, tmp_path, watermark="gone", **how).fails().fault is Fault.NO_SUCH_COLUMN
    failed = Source(server, tmp_path, watermark="at", **how).fails()
    assert (failed.fault, failed.detail) == (Fault.SETTINGS_WRONG, "since_as")
