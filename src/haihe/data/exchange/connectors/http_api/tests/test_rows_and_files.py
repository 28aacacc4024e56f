"""What stands in an answer comes as it stands: each digit, each column, or a file byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest

from haihe.base.outward.testing import Asked, HttpServer, Told, told
from haihe.data.exchange.connectors.faults import Fault
from haihe.data.exchange.connectors.http_api.tests.fetching import Source


def raw(text: str, **more: Any) -> Told:
    return Told(text.encode(), **more)


def test_numbers_keep_all_digits_and_codes_stay_text(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: raw(
        '[{"证件号码": 120103199001010013, "代码": "0012", "金额": 12345678901234567890.10, "指数": 1.2010319900101e17,'
        ' "是": true, "空": null, "文": ""}]'
    )
    assert Source(server, tmp_path).fetch() == [
        {
            "证件号码": "120103199001010013",
            "代码": "0012",
            "金额": "12345678901234567890.10",
            "指数": "1.2010319900101e17",
            "是": "true",
            "空": None,
            "文": "",
        }
    ]


def test_objects_within_become_columns_and_lists_stay_json(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: raw('{"a": {"b": {"c": 1.50}, "d": "x"}, "tags": ["甲", 2.0, {"k": null}]}')
    assert Source(server, tmp_path).fetch() == [{"a.b.c": "1.50", "a.d": "x", "tags": '["甲", 2.0, {"k": null}]'}]


def test_objects_within_are_refused_where_the_owner_says_so(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told([{"n": 1, "a": {"b": 1}}])
    assert Source(server, tmp_path, nested="refuse").fails().fault is Fault.ANSWER_NESTED
    assert Source(server, tmp_path, nested="refuse", columns=("n",)).fetch() == [{"n": "1"}]


def test_a_column_that_first_shows_itself_late_is_there(server: HttpServer, tmp_path: Path) -> None:
    pages = [[{"n": 1}], [{"n": 2, "late": "x"}], []]
    server.answer = lambda asked: told(pages[int(asked.params["p"]) - 1])
    rows = Source(server, tmp_path, paging="page", page_param="p").fetch()
    assert rows == [{"n": "1", "late": None}, {"n": "2", "late": "x"}]


def test_chosen_columns_come_in_their_order(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told([{"a": 1, "b": {"c": 2}, "d": 3}])
    rows = Source(server, tmp_path, columns=("b.c", "a")).fetch()
    assert rows is not None
    assert list(rows[0].items()) == [("b.c", "2"), ("a", "1")]
    assert Source(server, tmp_path, columns=("gone",)).fails().fault is Fault.NO_SUCH_COLUMN


def test_gbk_is_read_where_the_interface_says_so(server: HttpServer, tmp_path: Path) -> None:
    content = json.dumps([{"姓名": "陈静怡"}], ensure_ascii=False).encode("gbk")
    server.answer = lambda asked: Told(content, headers={"Content-Type": "application/json; charset=GBK"})
    assert Source(server, tmp_path).fetch() == [{"姓名": "陈静怡"}]
    server.answer = lambda asked: Told(content)
    assert Source(server, tmp_path).fails().fault is Fault.ANSWER_WRONG


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html>login</html>",
        '{"rows": 5}',
        '{"rows": [1, 2]}',
        '{"rows": [{"a": 1, "a": 2}]}',
        '{"rows": [{"a": {"b": 1}, "a.b": 2}]}',
        '{"rows": [{"a": 1}',
        "[" * 100_000,
        '{"rows": [' + '{"a":' * 500 + "1" + "}" * 500 + "]}",
        '{"list": []}',
    ],
    ids=["nothing", "html", "number", "values", "twice", "twice-dotted", "cut", "deep", "deep-rows", "elsewhere"],
)
def test_what_is_no_rows_is_refused(server: HttpServer, tmp_path: Path, content: str) -> None:
    server.answer = lambda asked: raw(content)
    source = Source(server, tmp_path, rows_at="/rows")
    failed = source.fails()
    assert (failed.fault, failed.is_transient) == (Fault.ANSWER_WRONG, False)
    assert source.left() == []


def test_half_a_character_spoils_no_other_row(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: raw('[{"a": "\\ud83d"}, {"a": "好"}]')
    assert Source(server, tmp_path).fetch() == [{"a": "\ufffd"}, {"a": "好"}]


def test_an_answer_that_says_it_is_none_is_none(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: told({"code": 500, "msg": "张三 120103…", "rows": []})
    source = Source(server, tmp_path, rows_at="/rows", ok_at="/code", ok_values=("0", "200"))
    failed = source.fails()
    assert failed.fault is Fault.ANSWER_REFUSED
    assert "张三" not in failed.sentence
    server.answer = lambda asked: told({"code": 200, "rows": [{"n": 1}]})
    assert source.fetch() == [{"n": "1"}]


def test_a_file_comes_as_it_is(server: HttpServer, tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    server.answer = lambda asked: Told(
        content, headers={"Content-Disposition": "attachment; filename*=UTF-8''%E6%95%91%E5%8A%A9.xlsx"}
    )
    source = Source(server, tmp_path, answer="file")
    source.fetch()
    assert source.last is not None
    assert (source.last.filename, source.last.format, source.content) == ("救助.xlsx", "", content)


@pytest.mark.faults
def test_half_a_file_is_no_file(server: HttpServer, tmp_path: Path) -> None:
    server.answer = lambda asked: Told(b"a,b\n1,2\n" * 100_000, cut=500_000)
    source = Source(server, tmp_path, answer="file")
    assert source.fails().fault is Fault.CONNECTION_LOST
    server.answer = lambda asked: Told(b"a,b\n1,2\n", sized=False)
    assert source.fails().fault is Fault.ANSWER_WRONG


@pytest.mark.parametrize("answer", ["rows", "file"])
def test_what_is_not_modified_is_not_fetched(server: HttpServer, tmp_path: Path, answer: str) -> None:
    def respond(asked: Asked) -> Told:
        if asked.headers.get("if-none-match") == '"v1"':
            return Told(status=304)
        return told([{"n": 1}], headers={"ETag": '"v1"'})

    server.answer = respond
    source = Source(server, tmp_path, answer=answer)
    assert source.fetch() is not None
    assert source.fetch() is None
    source.since = None
    assert source.fetch() is not None


def test_an_answer_of_another_date_is_asked_for_by_it(server: HttpServer, tmp_path: Path) -> None:
    moment = "Wed, 25 Nov 2026 00:00:00 GMT"
    server.answer = lambda asked: told([{"n": 1}], headers={"Last-Modified": moment})
    source = Source(server, tmp_path)
    source.fetch()
    source.fetch()
    assert [asked.headers.get("if-modified-since") for asked in server.asked] == [None, moment]
