"""The verifier of sharing and the real gateway understand each other: signed question, recorded, signed answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from haihe.data.sharing.adapters.gateway import Credentials, GatewayVerifier
from haihe.data.sharing.ports import QuestionRefused, SourceUnreachable, VerificationAnswer
from haihe.gateway.messages import Request
from haihe.gateway.testing import ASKER, CLIENT, PURPOSE, SECRET, SERVICE, Door, Person, relief_fields
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.keyring import Keyring

LIU = Person("120103197905121012", "刘志远", relief_fields())
WANG = Person("120104196803042075", "王建军", {}, in_doubt=True)
ZHANG = "120106198509233067"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    door = Door(tmp_path, keyring=Keyring.generate(), people=[LIU, WANG])
    yield door
    door.close()


def through(door: Door, request: httpx.Request) -> httpx.Response:
    reply = door.send(Request(request.method, request.url.path, None, dict(request.headers), request.content, True))
    headers = dict(line.split(": ", 1) for line in reply.headers.split("\r\n") if line)
    return httpx.Response(reply.status, headers={"content-type": reply.media_type, **headers}, content=reply.body)


def ask(door: Door, id_number: str = LIU.id_number, **changes: Any) -> VerificationAnswer:
    http = httpx.Client(
        base_url="http://gateway", transport=httpx.MockTransport(lambda request: through(door, request))
    )
    known = Credentials(CLIENT, SECRET)
    verifier = GatewayVerifier(http, lambda code: known if code == ASKER else None, lambda: door.now)
    question = {"organisation": ASKER, "service": SERVICE, "name": "", "purpose": PURPOSE, "case": "GJJ-1"}
    return verifier.verify(id_number=id_number, **(question | changes))


def test_yes_no_and_unknown_come_through_with_their_evidence(door: Door) -> None:
    yes, no, unknown = ask(door, name="刘志远"), ask(door, ZHANG), ask(door, WANG.id_number)
    assert [yes.answer, no.answer, unknown.answer] == [Answer.MATCH, Answer.NO_MATCH, Answer.UNKNOWN]
    assert (yes.claim, yes.reason, unknown.reason) == ("on_relief", None, UnknownReason.RECORD_IN_DOUBT)
    assert yes.as_of is not None
    assert yes.as_of.tzinfo is not None
    assert [record["evidence"] for record in door.records()] == [yes.evidence, no.evidence, unknown.evidence]


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"service": "no-such-service"}, "unknown-service"),
        ({"purpose": "CURIOSITY"}, "purpose-not-granted"),
        ({"claim": "extreme_hardship"}, "field-out-of-scope"),
        ({"id_number": "120103197905121013"}, "invalid-identifier"),
        ({"organisation": "120030"}, "credentials-missing"),
        ({"case": ""}, "malformed-request"),
    ],
)
def test_what_may_not_be_asked_is_a_refusal_with_its_problem(door: Door, changes: dict[str, str], slug: str) -> None:
    with pytest.raises(QuestionRefused) as refusal:
        ask(door, **({"id_number": LIU.id_number} | changes))
    assert refusal.value.problem.slug == slug
    assert LIU.id_number not in str(refusal.value) + refusal.value.problem.detail


def test_a_gateway_without_policy_is_no_answer(door: Door) -> None:
    door.now += 7 * 24 * 3600
    with pytest.raises(SourceUnreachable):
        ask(door)
