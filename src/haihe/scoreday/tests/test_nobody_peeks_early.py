"""Before its moment a result is told through no face: not on these pages, and to no program that holds the grant."""

import pytest

from haihe.gateway.authorisation import authorise
from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.messages import Request
from haihe.gateway.requests import QueryRequest, Subject
from haihe.scoreday.testing import CLIENT, FIELDS, PURPOSE, SERVICE, SLUG, Hall, candidate
from haihe.scoreday.tests.test_waiting_in_line import place_on

ME = candidate(3)
PATHS = (f"/{SLUG}/", f"/{SLUG}/certificate", f"/{SLUG}/verify")


@pytest.fixture
def early(hall: Hall) -> Hall:
    hall.change(opens_at=hall.now + 60)
    return hall


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_no_page_and_no_method_tells_or_looks_anybody_up(early: Hall, path: str, method: str) -> None:
    body = f"number={ME.number}&id_number={ME.id_number}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = early.send(Request(method, path, None, headers, body, True, peer="192.0.2.1"))
    assert reply.status in (403, 405, 422)
    assert str(ME.values["total"]) not in reply.body.decode()
    assert early.records() == []


def test_a_place_of_another_day_opens_nothing_early(hall: Hall) -> None:
    hall.change(capacity_per_s=1)
    hall.ask(candidate(0).number, candidate(0).id_number)
    place = place_on(hall.ask(ME.number, ME.id_number).body)
    hall.change(opens_at=hall.now + 3600)
    hall.pass_time(2)
    for path in PATHS[:2]:
        assert hall.post({"place": place}, path=path).status == 403
    assert len(hall.records()) == 2


def test_a_program_that_does_not_know_of_the_release_has_none(hall: Hall) -> None:
    hall.score_day.releases.take_over([])
    assert hall.ask(ME.number, ME.id_number).status == 404
    assert hall.records() == []


@pytest.mark.parametrize("opens_in_s", [3600, -10], ids=["early", "open"])
def test_no_system_asks_the_gateway_under_the_grant_of_a_release(hall: Hall, opens_in_s: int) -> None:
    hall.change(opens_at=hall.now + opens_in_s)
    policy = hall.score_day.look_up.policy.current(now=hall.now)
    assert policy is not None
    dossier = Dossier(at=hall.now, slug=SERVICE)
    asked = QueryRequest(Subject(ME.id_number), PURPOSE, "case", FIELDS)
    with pytest.raises(Refused) as refused:
        authorise(dossier, policy.clients[CLIENT], asked, policy=policy)
    assert refused.value.slug == "purpose-not-granted"


def test_a_wrong_pair_costs_as_much_reading_whether_the_number_exists_or_not(hall: Hall) -> None:
    """The pages are the same letter for letter, and so is what is done for them: one reading, one record."""
    before = len(hall.records())
    exists = hall.ask(ME.number, candidate(4).id_number)
    made_up = hall.ask("26129999999999", candidate(4).id_number)
    nobody = hall.ask(ME.number, candidate(9999).id_number)
    pages = {
        page.body.replace(ME.number.encode(), b"").replace(b"26129999999999", b"") for page in (exists, made_up, nobody)
    }
    assert len(pages) == 1
    assert {page.headers for page in (exists, made_up, nobody)} == {exists.headers}
    kept = hall.records()[before:]
    assert [set(record) for record in kept] == [set(kept[0])] * 3
    assert [record["subject"] for record in kept] == [None] * 3
