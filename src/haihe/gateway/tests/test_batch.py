"""Many persons in one call: the answers of single calls, one record for each part, nothing said before it is kept."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.gateway import batch as batches
from haihe.gateway.policy import Policy
from haihe.gateway.testing import (
    ASKER,
    BATCH_PATH,
    CLIENT,
    GRANT,
    PURPOSE,
    SECRET,
    Door,
    Letterbox,
    question,
    signed_headers,
)
from haihe.gateway.testing import batch as body_of
from haihe.gateway.tests.conftest import ENDED, LIU, OPEN_END, WANG, ZHANG
from haihe.kernel import packed_uses
from haihe.kernel.city_day import day_of
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.packed_uses import CODES, OUTCOMES, USE_BYTES
from haihe.kernel.signing import check_response

EVERYBODY = [LIU.id_number, WANG.id_number, ENDED.id_number, OPEN_END.id_number, ZHANG]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 3)


def strangers(count: int) -> list[str]:
    return [
        first + id_number_check_character(first) for first in (f"12010119900101{n:03}" for n in range(200, 200 + count))
    ]


def parts_of(letterbox: Letterbox) -> list[list[dict[str, Any]]]:
    return [[json.loads(line) for line in part.splitlines()] for part in letterbox.parts]


def answers(letterbox: Letterbox) -> list[dict[str, Any]]:
    assert letterbox.ended
    return [line for part in parts_of(letterbox) for line in part[1:-1]]


def test_each_person_gets_the_answer_of_a_single_call(door: Door) -> None:
    told = answers(door.batch(body_of(EVERYBODY)))
    assert [line["n"] for line in told] == list(range(5))
    for line, id_number in zip(told, EVERYBODY, strict=True):
        single = json.loads(door.post(question(id_number)).body)
        assert (line["answer"], line.get("reason")) == (single["answer"], single["reason"])


def test_names_are_compared_where_they_are_given(door: Door) -> None:
    subjects = [{"id_number": LIU.id_number, "name": "刘志达"}, {"id_number": ENDED.id_number, "name": "赵终"}]
    assert [line["answer"] for line in answers(door.batch(body_of(subjects)))] == ["UNKNOWN", "NO_MATCH"]


def test_a_wrong_number_is_an_error_in_its_own_line(door: Door) -> None:
    told = answers(door.batch(body_of(["120103197905121013", LIU.id_number, "", "x" * 64, ZHANG])))
    assert [line.get("problem") or line["answer"] for line in told] == [
        "invalid-identifier", "MATCH", "invalid-identifier", "invalid-identifier", "NO_MATCH"
    ]  # fmt: skip
    assert "校验码" in told[0]["detail"]
    assert "120103197905121013" not in json.dumps(told)


def test_who_is_named_twice_is_asked_about_once(door: Door) -> None:
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in LIU.id_number)
    told = answers(door.batch(body_of([LIU.id_number, full_width, LIU.id_number])))
    assert [line.get("problem") or line["answer"] for line in told] == [
        "MATCH",
        "duplicate-subject",
        "duplicate-subject",
    ]
    (record,) = door.packed()
    assert len(record.uses) == USE_BYTES


def test_a_part_of_errors_only_leaves_no_record(door: Door) -> None:
    letterbox = door.batch(body_of(["1", "2", "3"]))
    assert parts_of(letterbox)[0][0]["evidence"] is None
    assert door.packed() == []
    assert door.desk.quotas.used(GRANT, day=day_of(door.now)) == 0


def test_each_part_is_one_record_with_its_root_and_no_person_in_it(door: Door) -> None:
    letterbox = door.batch(body_of(EVERYBODY))
    heads = [part[0] for part in parts_of(letterbox)]
    records = [json.loads(one.record) for one in door.packed()]
    assert [head["evidence"] for head in heads] == [record["evidence"] for record in records]
    assert [(head["part"], head["parts"], head["first"], head["count"]) for head in heads] == [
        (1, 2, 0, 3),
        (2, 2, 3, 2),
    ]
    first = records[0]
    assert (first["kind"], first["answer"], first["subject"]) == ("BATCH_VERIFY", None, None)
    assert (first["consumer"], first["client"], first["grant"], first["purpose"]) == (ASKER, CLIENT, GRANT, PURPOSE)
    assert first["uses"]["answers"] == {"MATCH": 1, "NO_MATCH": 1, "UNKNOWN": 1}
    for packed, record in zip(door.packed(), records, strict=True):
        assert packed_uses.root(packed.seed, packed.uses).hex() == record["uses"]["root"]
        assert len(packed.uses) == USE_BYTES * record["uses"]["size"]
    keys = [door.keyring.subject_key(number) for number in EVERYBODY[:3]]
    codes = bytes([CODES["MATCH", None], CODES["UNKNOWN", "RECORD_IN_DOUBT"], CODES["NO_MATCH", None]])
    assert door.packed()[0].uses == packed_uses.pack(keys, codes)


def test_the_record_is_canonical(door: Door) -> None:
    from haihe.kernel import canonical

    door.batch(body_of(EVERYBODY))
    for packed in door.packed():
        canonical.loads(packed.record)


def test_neither_number_nor_name_reaches_the_journal(door: Door) -> None:
    door.batch(body_of([{"id_number": LIU.id_number, "name": "刘志远"}, "120103197905121013"]))
    journal = (door.folder / "journal" / "data.mdb").read_bytes()
    for secret in (LIU.id_number, "刘志远", "120103197905121013"):
        assert secret.encode() not in journal


def test_nothing_is_said_before_it_is_kept(door: Door) -> None:
    """The part goes to the reader by the commit, and by nothing else."""
    letterbox = Letterbox()
    body = body_of(EVERYBODY)
    from haihe.gateway.messages import Request

    asked = signed_headers(body, path=BATCH_PATH, created=int(door.now))
    door.gateway.answer(Request("POST", BATCH_PATH, None, asked, body, True, True), letterbox)
    assert letterbox.parts == []
    door.commits.commit()
    assert len(letterbox.parts) == len(door.packed()) == 1
    assert letterbox.go_on is not None
    letterbox.go_on()
    assert len(letterbox.parts) == 1
    door.commits.commit()
    assert len(letterbox.parts) == len(door.packed()) == 2


def test_each_part_is_signed_for_this_very_request(door: Door) -> None:
    body = body_of(EVERYBODY)
    asked = signed_headers(body, path=BATCH_PATH, created=int(door.now))
    for part in door.batch(body, headers=asked).parts:
        *lines, signature = part.splitlines(keepends=True)
        headers = {name.replace("_", "-"): value for name, value in json.loads(signature).items()}
        check = {"status": 200, "client_id": CLIENT, "secret": SECRET, "request_headers": asked}
        assert check_response(headers, body=b"".join(lines), **check)  # type: ignore[arg-type]  # a table
        assert not check_response(headers, body=b"".join(lines[:-1]), **check)  # type: ignore[arg-type]  # a table


def refused(letterbox: Letterbox) -> str:
    (reply,) = letterbox.replies
    assert not letterbox.parts
    return str(json.loads(reply.body)["type"]).rsplit(":", 1)[1]


def test_the_quota_counts_persons_and_holds_for_the_whole_batch(door: Door) -> None:
    door.grant = replace(door.grant, quota_per_day=7)
    door.apply()
    assert len(answers(door.batch(body_of([*EVERYBODY, "wrong"])))) == 6
    assert refused(door.batch(body_of(strangers(3)))) == "quota-exceeded"
    assert len(answers(door.batch(body_of(strangers(2))))) == 2
    assert door.journal.quotas(day=day_of(door.now)) == {GRANT: 7}
    assert door.post(question(ZHANG)).status == 429


@pytest.mark.parametrize(
    ("more", "slug"),
    [
        ({"purpose": "OTHER"}, "purpose-not-granted"),
        ({"claim": "extreme_hardship"}, "field-out-of-scope"),
        ({"claims": ["on_relief"]}, "malformed-request"),
        ({"subjects": []}, "malformed-request"),
        ({"subjects": [{"id_number": 5}]}, "malformed-request"),
        ({"subjects": [{"id_number": "5", "sex": "M"}]}, "malformed-request"),
        ({"subjects": [{"id_number": "1" * 65}]}, "malformed-request"),
        ({"subjects": [{"id_number": "1"}] * 10_001}, "malformed-request"),
    ],
)
def test_what_may_not_be_asked_is_refused_whole(door: Door, more: dict[str, Any], slug: str) -> None:
    assert refused(door.batch(body_of([LIU.id_number], **more))) == slug
    assert door.packed() == []
    assert [record["kind"] for record in door.records()] == ["REFUSED"]


def test_ten_thousand_are_taken(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 2000)
    firsts = (
        f"120101{year}{month:02}{day:02}{n:03}"
        for year in range(1950, 1990)
        for month in (1, 2)
        for day in (3, 4)
        for n in range(63)
    )
    numbers = [first + id_number_check_character(first) for first in firsts][:10_000]
    assert len(answers(door.batch(body_of(numbers)))) == 10_000
    assert len(door.packed()) == 5


def test_a_replay_and_a_forged_signature_are_refused(door: Door) -> None:
    body = body_of([ZHANG])
    asked = signed_headers(body, path=BATCH_PATH, created=int(door.now))
    assert answers(door.batch(body, headers=asked))
    assert refused(door.batch(body, headers=asked)) == "replayed-request"
    assert (
        refused(door.batch(body, headers=signed_headers(body, path="/v1/verify/other/batch"))) == "credentials-invalid"
    )
    assert refused(door.batch(body_of([LIU.id_number]), headers=asked)) == "credentials-invalid"


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"status": "SUSPENDED"}, "grant-suspended"),
        ({"purposes": frozenset[str]()}, "purpose-not-granted"),
        ({"id": "another"}, "grant-suspended"),
    ],
)
def test_a_grant_withdrawn_meanwhile_ends_the_stream(door: Door, change: dict[str, Any], slug: str) -> None:
    def withdraw() -> None:
        door.grant = replace(door.grant, **change)
        door.apply()

    letterbox = door.batch(body_of(strangers(9)), between=withdraw)
    assert letterbox.ended
    parts = parts_of(letterbox)
    assert len(parts) == 2
    assert parts[1][0]["problem"]["type"].endswith(slug)
    assert set(parts[1][1]) == {"content_digest", "signature_input", "signature"}
    assert len(door.packed()) == 1
    assert door.records()[-1]["problem"] == slug


def test_a_client_disabled_meanwhile_gets_no_more(door: Door) -> None:
    def disable() -> None:
        door.desk.policy.confirm(
            Policy.of(clients=[], services=[door.service], grants=[door.grant], indexes=door.indexes), now=door.now
        )

    parts = parts_of(door.batch(body_of(strangers(9)), between=disable))
    assert parts[1][0]["problem"]["type"].endswith("credentials-invalid")


def test_a_journal_that_fails_midway_ends_the_stream_unanswered(door: Door) -> None:
    from haihe.gateway.journal import JournalError

    def fail(_batch: object) -> None:
        raise JournalError("full")

    def break_it() -> None:
        door.journal.commit = fail  # type: ignore[method-assign, assignment]  # the disk fails from here on

    parts = parts_of(door.batch(body_of(strangers(9)), between=break_it))
    assert len(parts) == 2
    assert parts[1][0]["problem"]["type"].endswith("unavailable")


def test_a_stale_register_and_a_missing_one_prove_nothing(door: Door) -> None:
    door.now += door.service.max_age_s + 60
    door.grant = replace(door.grant, valid_until=door.now + 60)
    door.apply()
    assert {line["reason"] for line in answers(door.batch(body_of(EVERYBODY)))} == {"SOURCE_STALE"}
    door.indexes = []
    door.apply()
    assert {line["reason"] for line in answers(door.batch(body_of(EVERYBODY)))} == {"SOURCE_UNREACHABLE"}


def test_over_http_1_0_there_is_no_batch(door: Door) -> None:
    from haihe.gateway.messages import Request

    body = body_of([ZHANG])
    headers = signed_headers(body, path=BATCH_PATH, created=int(door.now))
    assert door.send(Request("POST", BATCH_PATH, None, headers, body, keep_alive=False)).status == 400


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([*EVERYBODY, "wrong", " 120106198509233067 "]) | st.text(max_size=20), min_size=1, max_size=9
    )
)
def test_every_line_gets_exactly_one_line_and_what_is_kept_is_what_was_said(door: Door, numbers: list[str]) -> None:
    door.journal.remove(*(lambda s: (s.keys, s.packed_keys))(door.journal.oldest(at_most=1 << 30)))
    told = answers(door.batch(body_of(numbers)))
    assert [line["n"] for line in told] == list(range(len(numbers)))
    said = [(line["answer"], line.get("reason")) for line in told if "answer" in line]
    kept = [OUTCOMES[code] for one in door.packed() for code in one.uses[USE_BYTES - 1 :: USE_BYTES]]
    assert said == kept
