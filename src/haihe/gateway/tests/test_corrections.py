"""A system learns which answers its organisation got have been corrected: its own, signed, nothing of a person."""

import asyncio
import json
import uuid
from datetime import UTC, datetime

import msgspec
import psycopg
import pytest

from haihe.gateway.app import Gateway
from haihe.gateway.corrections import (
    CORRECTIONS_ROUTE,
    MOST_AFTER,
    MOST_ROWS,
    CorrectionsRequest,
    NoticeRow,
    NoticesInDatabase,
)
from haihe.gateway.messages import Reply, Request
from haihe.gateway.server import openapi_document
from haihe.gateway.testing import ASKER, CLIENT, SECRET, Door, Letterbox, ListedNotices, signed_headers
from haihe.kernel.signing import check_response

CORRECTED = datetime(2026, 11, 24, 1, tzinfo=UTC)


def notice(number: int = 1) -> NoticeRow:
    return NoticeRow(number, "relief-status", f"GJJ-{number}", str(uuid.UUID(int=number)), CORRECTED, None)


def ask(door: Door, notices: ListedNotices | None, body: bytes = b"{}", **signing: object) -> tuple[Reply, Request]:
    """Send one signed request through the whole gateway and wait for its reply."""

    async def talk() -> tuple[Reply, Request]:
        gateway = Gateway(door.desk, health=Door._no_health, openapi=b"{}", notices=notices)
        headers = signed_headers(body, **({"path": CORRECTIONS_ROUTE, "created": int(door.now)} | signing))
        request, letterbox = Request("POST", CORRECTIONS_ROUTE, None, headers, body, True), Letterbox()
        gateway.answer(request, letterbox)
        told_before = list(letterbox.replies)
        door.commits.commit()
        for _ in range(20):
            if letterbox.replies:
                break
            await asyncio.sleep(0)
        (reply,) = letterbox.replies
        # Nothing goes out before the nonce is durable.
        assert told_before == [] or reply.status != 200
        return reply, request

    return asyncio.run(talk())


def test_it_tells_the_organisations_own_and_signs_it(door: Door) -> None:
    notices = ListedNotices([notice()])
    reply, request = ask(door, notices)
    assert reply.status == 200
    told = json.loads(reply.body)
    assert told == {
        "corrections": [
            {
                "evidence": str(uuid.UUID(int=1)),
                "service": "relief-status",
                "case": "GJJ-1",
                "corrected_at": "2026-11-24T01:00:00Z",
                "fetched_at": None,
            }
        ],
        "next": None,
    }
    assert [organisation for organisation, _ in notices.asked] == [ASKER]
    headers = dict(line.split(": ", 1) for line in reply.headers.splitlines())
    assert check_response(
        headers, status=200, body=reply.body, client_id=CLIENT, secret=SECRET, request_headers=request.headers
    )


def test_it_leaves_no_record_as_it_tells_nothing_of_a_person(door: Door) -> None:
    ask(door, ListedNotices([notice()]))
    assert door.records() == []


def test_a_long_list_comes_in_parts(door: Door) -> None:
    notices = ListedNotices([notice(number) for number in (3, 5, 9)])
    reply, _ = ask(door, notices, b'{"limit": 2, "after": 1, "open": false}')
    assert json.loads(reply.body)["next"] == 5
    assert notices.asked[0][1] == CorrectionsRequest(after=1, limit=2, open=False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"after": -1}',
        b'{"after": 9007199254740992}',
        b'{"after": 1e300}',
        b'{"limit": 1.5}',
        b'{"limit": 0}',
        b'{"limit": 501}',
        b'{"organisation": "120012"}',
        b'{"open": "yes"}',
        b'{"after": "1 OR 1=1"}',
        b"\xff",
    ],
)
def test_what_is_not_understood_is_refused(door: Door, body: bytes) -> None:
    notices = ListedNotices([notice()])
    reply, _ = ask(door, notices, body)
    assert (reply.status, json.loads(reply.body)["type"]) == (400, "urn:haihe:problem:malformed-request")
    assert notices.asked == []


def test_a_stranger_a_wrong_key_and_a_repeat_are_refused_and_recorded(door: Door) -> None:
    notices = ListedNotices([notice()])
    assert ask(door, notices, client_id="nobody")[0].status == 401
    assert ask(door, notices, secret=b"x" * 32)[0].status == 401
    assert ask(door, notices, created=int(door.now) - 3600)[0].status == 401
    assert ask(door, notices, nonce="the-same-nonce-twice")[0].status == 200
    assert ask(door, notices, nonce="the-same-nonce-twice")[0].status == 409
    assert [record["kind"] for record in door.records()] == ["REFUSED"] * 4
    assert len(notices.asked) == 1


@pytest.mark.parametrize("trouble", [OSError(), TimeoutError(), psycopg.OperationalError()])
def test_a_database_that_is_away_is_told_so(door: Door, trouble: Exception) -> None:
    assert ask(door, ListedNotices(trouble=trouble))[0].status == 503


def test_without_a_place_to_look_nobody_is_answered(door: Door) -> None:
    assert ask(door, None)[0].status == 503


def test_the_database_gives_the_organisations_own_in_order_and_what_is_open(stand_in: str) -> None:
    with psycopg.connect(stand_in, autocommit=True) as connection:
        for number, organisation, fetched in ((1, ASKER, None), (2, "120020", None), (3, ASKER, CORRECTED)):
            connection.execute(
                "INSERT INTO gateway_correction_notice VALUES (%s, %s, 'relief-status', 'A', %s, %s, %s)",
                (number, organisation, uuid.UUID(int=number), CORRECTED, fetched),
            )

    async def read(asked: CorrectionsRequest) -> list[int]:
        notices = NoticesInDatabase(stand_in)
        try:
            return [row.id for row in await notices.read(ASKER, asked)]
        finally:
            await notices.close()

    assert asyncio.run(read(CorrectionsRequest())) == [1]
    assert asyncio.run(read(CorrectionsRequest(open=False))) == [1, 3]
    assert asyncio.run(read(CorrectionsRequest(open=False, after=1))) == [3]
    assert asyncio.run(read(CorrectionsRequest(open=False, limit=1))) == [1]


def test_the_description_is_as_strict_as_the_program() -> None:
    told = json.loads(openapi_document())["components"]["schemas"]["CorrectionsRequest"]
    made = msgspec.json.schema(CorrectionsRequest)["$defs"]["CorrectionsRequest"]
    assert told["additionalProperties"] is made["additionalProperties"] is False
    assert set(told["properties"]) == set(made["properties"])
    assert {name: rule["default"] for name, rule in told["properties"].items()} == msgspec.structs.asdict(
        CorrectionsRequest()
    )
    assert (told["properties"]["after"]["maximum"], told["properties"]["limit"]["maximum"]) == (MOST_AFTER, MOST_ROWS)


def test_a_whole_number_is_one_however_it_is_written(door: Door) -> None:
    notices = ListedNotices([notice()])
    assert ask(door, notices, b'{"limit": 168.0, "after": 0.0}')[0].status == 200
    assert notices.asked[0][1] == CorrectionsRequest(after=0, limit=168)
