"""Whoever proves to be the candidate sees the result, with a record of it; nobody else, and nobody early."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.scoreday.testing import FIELDS, SLUG, SUBJECTS, Hall, candidate

ME, OTHER = candidate(3), candidate(4)


def _numbers_in(page: bytes) -> str:
    return page.decode()


def test_a_candidate_sees_each_line_of_the_result(hall: Hall) -> None:
    reply = hall.ask(ME.number, ME.id_number)
    assert reply.status == 200
    for field, name, _, most in SUBJECTS:
        assert name in reply.body.decode()
        assert f"{ME.values[field]} / {most}" in reply.body.decode()
    assert ME.id_number not in reply.body.decode()


def test_the_look_is_in_the_journal_before_it_is_told(hall: Hall) -> None:
    page = hall.ask(ME.number, ME.id_number).body.decode()
    (record,) = hall.records()
    assert str(record["evidence"]) in page
    assert record["answer"] == "FOUND"
    assert record["subject"] == hall.keyring.subject_key(ME.id_number).hex()
    assert record["fields"] == list(FIELDS)
    assert not any(str(value) in str(record) for value in ME.values.values() if len(str(value)) > 3)


def test_with_somebody_elses_number_nothing_is_told_and_the_try_is_kept(hall: Hall) -> None:
    wrong = hall.ask(ME.number, OTHER.id_number)
    nobody = hall.ask("26129999999999", OTHER.id_number)
    assert (wrong.status, nobody.status) == (403, 403)
    assert "总分" not in wrong.body.decode()
    # Which of the two is wrong can't be told from the pages either.
    assert wrong.body.replace(ME.number.encode(), b"") == nobody.body.replace(b"26129999999999", b"")
    assert [record["problem"] for record in hall.records()] == ["identity-not-confirmed"] * 2
    assert all(record["subject"] is None for record in hall.records())


@given(early=st.floats(min_value=0.001, max_value=80_000))
def test_nobody_sees_anything_early(early: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    from haihe.kernel.keyring import Keyring

    hall = Hall(tmp_path_factory.mktemp("hall"), keyring=Keyring.generate(), candidates=[ME], now=1_782_273_600.0)
    hall.change(opens_at=hall.now + early)
    for reply in (hall.ask(ME.number, ME.id_number), hall.ask(ME.number, ME.id_number, path=f"/{SLUG}/certificate")):
        assert reply.status == 403
        assert "总分" not in reply.body.decode()
    assert hall.records() == []
    hall.pass_time(early + 0.001)
    assert hall.ask(ME.number, ME.id_number).status == 200
    hall.close()


def test_after_its_time_it_is_closed(hall: Hall) -> None:
    hall.change(closes_at=hall.now)
    assert hall.ask(ME.number, ME.id_number).status == 410
    assert hall.records() == []


def test_a_withdrawn_grant_ends_it_at_once(hall: Hall) -> None:
    hall.withdraw()
    reply = hall.ask(ME.number, ME.id_number)
    assert reply.status == 503
    assert "总分" not in reply.body.decode()
    assert [record["problem"] for record in hall.records()] == ["grant-terminated"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"number": ME.number},
        {"number": ME.number, "id_number": ME.id_number[:-1]},
        {"number": "26120000000003 OR 1=1", "id_number": ME.id_number},
        {"number": '"><script>alert(1)</script>', "id_number": ME.id_number},
        {"place": "bm90IHNlYWxlZCBoZXJl"},
        {"place": "汉字"},
    ],
)
def test_what_cant_be_right_is_told_so_and_asks_nobody(hall: Hall, form: dict[str, str]) -> None:
    reply = hall.post(form)
    assert reply.status == 422
    assert b"<script>alert" not in reply.body
    assert hall.records() == []


def test_a_form_of_another_kind_or_address_finds_nothing(hall: Hall) -> None:
    assert hall.get("/no-such-release/").status == 404
    assert hall.get("/../etc/passwd").status == 404
    assert hall.get(f"/{SLUG}/certificate").status == 405


@pytest.mark.parametrize(("query", "words"), [("lang=en", "Mathematics"), ("care=1", "数学"), (None, "数学")])
def test_it_is_read_in_both_languages_and_in_large_type(hall: Hall, query: str | None, words: str) -> None:
    from haihe.gateway.messages import Request

    body = f"number={ME.number}&id_number={ME.id_number}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = hall.send(Request("POST", f"/{SLUG}/", query, headers, body, True, peer="192.0.2.1"))
    assert words in reply.body.decode()
    assert (b"data-care" in reply.body.split(b"<head>")[0]) == (query == "care=1")


def test_pages_bring_along_all_they_need_and_let_nothing_else_in(hall: Hall) -> None:
    reply = hall.get()
    assert "default-src 'none'" in reply.headers
    assert b"src=" not in reply.body
    assert len(reply.body) < 12_000
