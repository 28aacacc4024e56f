"""All pages come, in each way in which interfaces page, and none is taken for whole that isn't."""

from pathlib import Path
from typing import Any

import pytest

from haihe.base.outward.testing import Asked, HttpServer, Told, told
from haihe.data.exchange.connectors.faults import Fault
from haihe.data.exchange.connectors.http_api.tests.fetching import Source

ROWS = [{"n": number} for number in range(7)]
BY_PAGE: dict[str, Any] = {
    "paging": "page",
    "page_param": "page",
    "size_param": "size",
    "size": 3,
    "rows_at": "/data/list",
}


def numbers(rows: list[dict[str, Any]] | None) -> list[int]:
    assert rows is not None
    return [int(row["n"]) for row in rows]


def by_page(asked: Asked, rows: list[dict[str, Any]] | None = None) -> Told:
    rows = ROWS if rows is None else rows
    page, size = int(asked.params["page"]), int(asked.params["size"])
    return told({"data": {"total": len(rows), "list": rows[(page - 1) * size : page * size]}})


def test_by_page_until_one_is_empty(server: HttpServer, tmp_path: Path) -> None:
    server.answer = by_page
    assert numbers(Source(server, tmp_path, **BY_PAGE).fetch()) == list(range(7))


def test_by_page_until_the_total(server: HttpServer, tmp_path: Path) -> None:
    server.answer = by_page
    assert numbers(Source(server, tmp_path, total_at="/data/total", **BY_PAGE).fetch()) == list(range(7))
    # The first page is asked for once more at the end, to see whether rows have moved meanwhile.
    assert [asked.params["page"] for asked in server.asked] == ["1", "2", "3", "1"]


def test_a_server_that_gives_shorter_pages_than_asked_for_loses_none(server: HttpServer, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        begin = int(asked.params["offset"])
        return told(ROWS[begin : begin + 2])

    server.answer = answer
    source = Source(server, tmp_path, paging="offset", page_param="offset", size_param="limit", size=5)
    assert numbers(source.fetch()) == list(range(7))


def test_by_a_cursor_in_the_body(server: HttpServer, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Told:
        begin = int(asked.params.get("after", "0"))
        return told({"rows": ROWS[begin : begin + 3], "next": begin + 3 if begin + 3 < len(ROWS) else None})

    server.answer = answer
    source = Source(server, tmp_path, paging="cursor", cursor_at="/next", cursor_param="after", rows_at="/rows")
    assert numbers(source.fetch()) == list(range(7))


@pytest.mark.parametrize("where", ["body", "header"])
def test_by_the_next_pages_address(server: HttpServer, tmp_path: Path, where: str) -> None:
    def answer(asked: Asked) -> Told:
        begin = int(asked.params.get("from", "0"))
        following = f"/rows?kind=x&from={begin + 3}" if begin + 3 < len(ROWS) else ""
        if where == "header":
            links = {"Link": f'<{following}>; rel="next", </rows>; rel="first"'} if following else {}
            return told({"rows": ROWS[begin : begin + 3]}, headers=links)
        return told({"rows": ROWS[begin : begin + 3], "next": f"{server.url}{following}" if following else ""})

    server.answer = answer
    way = {"paging": "link"} if where == "header" else {"paging": "cursor", "cursor_at": "/next"}
    source = Source(server, tmp_path, rows_at="/rows", params={"kind": "x"}, **way)
    assert numbers(source.fetch()) == list(range(7))
    assert {asked.params["kind"] for asked in server.asked} == {"x"}


def test_with_post_the_parameters_are_in_the_body(server: HttpServer, tmp_path: Path) -> None:
    server.answer = by_page
    assert numbers(Source(server, tmp_path, method="POST", params={"area": "120103"}, **BY_PAGE).fetch()) == [*range(7)]
    assert {(asked.method, asked.params["area"]) for asked in server.asked} == {("POST", "120103")}


def test_no_rows_at_all_is_an_answer_too(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: by_page(asked, [])
    assert Source(server, tmp_path, **BY_PAGE).fetch() == []


@pytest.mark.parametrize(
    "settings",
    [
        BY_PAGE,
        {"paging": "cursor", "cursor_at": "/next", "cursor_param": "after", "rows_at": "/data/list"},
        {"paging": "link", "rows_at": "/data/list"},
    ],
    ids=lambda settings: str(settings["paging"]),
)
def test_pages_that_repeat_end_it(server: HttpServer, tmp_path: Path, settings: dict[str, Any]) -> None:
    answer = told({"data": {"list": ROWS}, "next": "again"}, headers={"Link": '</rows?again=1>; rel="next"'})
    server.answer = lambda asked: answer
    failed = Source(server, tmp_path, **settings).fails()
    assert (failed.fault, failed.is_transient) == (Fault.PAGES_REPEAT, False)
    assert len(server.asked) <= 3


def test_pages_without_end_are_too_many(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told({"data": {"list": [{"n": asked.params["page"]}]}})
    assert Source(server, tmp_path, most_pages=5, **BY_PAGE).fails().fault is Fault.TOO_MUCH
    assert len(server.asked) == 5


def test_a_next_page_at_another_server_is_not_asked(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told({"rows": ROWS, "next": "http://127.0.0.2:1/rows"})
    source = Source(server, tmp_path, paging="cursor", cursor_at="/next", rows_at="/rows")
    assert source.fails().fault is Fault.ANSWER_WRONG


def test_rows_that_move_between_pages_are_noticed(server: HttpServer, tmp_path: Path) -> None:
    """A row that comes in front moves each page's last one to the next page: it would be there twice."""
    rows = list(ROWS)

    def answer(asked: Asked) -> Told:
        page = by_page(asked, rows)
        if asked.params["page"] == "2" and len(rows) == len(ROWS):
            rows.insert(0, {"n": -1})
        return page

    server.answer = answer
    source = Source(server, tmp_path, **BY_PAGE)
    failed = source.fails()
    assert (failed.fault, failed.is_transient) == (Fault.SOURCE_CHANGED, True)
    assert numbers(source.fetch()) == [-1, *range(7)]


def test_a_row_that_goes_meanwhile_is_noticed_by_the_total(server: HttpServer, tmp_path: Path) -> None:
    rows = list(ROWS)

    def answer(asked: Asked) -> Told:
        page = by_page(asked, rows)
        if asked.params["page"] == "2" and len(rows) == len(ROWS):
            del rows[4]
        return page

    server.answer = answer
    assert Source(server, tmp_path, total_at="/data/total", **BY_PAGE).fails().fault is Fault.SOURCE_CHANGED


def test_fewer_rows_than_the_interface_says_are_not_taken(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told({"rows": ROWS, "total": 8})
    failed = Source(server, tmp_path, rows_at="/rows", total_at="/total").fails()
    assert (failed.fault, failed.is_transient) == (Fault.INCOMPLETE, True)


@pytest.mark.faults
def test_a_connection_that_breaks_in_a_page_is_asked_again(server: HttpServer, tmp_path: Path) -> None:
    broken: list[str] = []

    def answer(asked: Asked) -> Told:
        page = by_page(asked)
        if asked.params["page"] == "2" and not broken:
            broken.append("once")
            return Told(page.content, cut=10)
        return page

    server.answer = answer
    assert numbers(Source(server, tmp_path, **BY_PAGE).fetch()) == list(range(7))


@pytest.mark.faults
def test_a_connection_that_always_breaks_ends_it_and_the_next_try_is_whole(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: Told(by_page(asked).content, cut=10 if asked.params["page"] == "2" else None)
    source = Source(server, tmp_path, **BY_PAGE)
    failed = source.fails()
    assert (failed.fault, failed.is_transient) == (Fault.CONNECTION_LOST, True)
    assert source.left() == []
    server.answer = by_page
    assert numbers(source.fetch()) == list(range(7))
