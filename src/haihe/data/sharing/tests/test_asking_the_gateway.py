"""A question is sent again only where it can't have arrived, and an answer counts only with its signature."""

import json
import logging
from collections.abc import Callable

import httpx
import pytest

from haihe.data.sharing.adapters.gateway import Credentials, GatewayVerifier
from haihe.data.sharing.ports import QuestionRefused, SourceUnreachable, VerificationAnswer
from haihe.kernel.mac import Mac
from haihe.kernel.problems import Problem
from haihe.kernel.signing import parse_signature, sign_response

ID_NUMBER = "120103197905121012"
SECRET = b"0123456789abcdef0123456789abcdef"
SAID = {
    "answer": "MATCH",
    "service": "relief-status",
    "claim": "on_relief",
    "as_of": "2026-11-22T16:00:00.000Z",
    "evidence": "01900000-0000-7000-8000-000000000001",
    "reason": None,
}


def answered(request: httpx.Request, said: object = SAID, secret: bytes = SECRET) -> httpx.Response:
    body = json.dumps(said).encode()
    signature = parse_signature(request.headers).signature
    headers = sign_response(
        status=200, body=body, client_id="gjj", secret=Mac(secret), created=1, request_signature=signature
    )
    return httpx.Response(200, headers=headers, content=body)


class Line:
    """Plays `replies` in turn and keeps what was sent."""

    def __init__(self, *replies: Callable[[httpx.Request], httpx.Response] | Exception) -> None:
        self.replies, self.sent = list(replies), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply(request)


def ask(line: Line) -> VerificationAnswer:
    http = httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(line))
    return GatewayVerifier(http, lambda _: Credentials("gjj", SECRET)).verify(
        organisation="120040", service="relief-status", id_number=ID_NUMBER, name="刘志远", purpose="P", case="1"
    )


def test_a_connection_that_was_never_made_is_tried_once_more() -> None:
    line = Line(httpx.ConnectError("refused"), answered)
    assert ask(line).evidence == SAID["evidence"]
    nonces = {parse_signature(request.headers).nonce for request in line.sent}
    assert len(nonces) == 2
    with pytest.raises(SourceUnreachable):
        ask(Line(httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), answered))


@pytest.mark.parametrize(
    "failure", [httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("hung up"), httpx.WriteError("broken")]
)
def test_a_question_that_may_have_arrived_is_not_sent_again(failure: Exception) -> None:
    line = Line(failure, answered)
    with pytest.raises(SourceUnreachable):
        ask(line)
    assert len(line.sent) == 1


@pytest.mark.parametrize(
    "reply",
    [
        lambda request: answered(request, secret=b"another secret of thirty-two byt"),
        lambda request: httpx.Response(200, content=json.dumps(SAID).encode()),
        lambda request: answered(request, said={"answer": "MAYBE"}),
        lambda request: answered(request, said=[]),
        lambda request: httpx.Response(502, content=b"<html>Bad Gateway"),
        lambda request: httpx.Response(503, content=Problem.of("unavailable").to_json()),
        lambda request: httpx.Response(503, content=Problem.of("provider-maintenance").to_json()),
    ],
)
def test_what_cannot_be_trusted_or_read_is_no_answer(reply: Callable[[httpx.Request], httpx.Response]) -> None:
    with pytest.raises(SourceUnreachable):
        ask(Line(reply))


@pytest.mark.parametrize("slug", ["grant-suspended", "quota-exceeded", "clock-skew", "replayed-request"])
def test_a_problem_document_is_a_refusal(slug: str) -> None:
    problem = Problem.of(slug)
    with pytest.raises(QuestionRefused) as refusal:
        ask(Line(lambda _: httpx.Response(problem.status, content=problem.to_json())))
    assert refusal.value.problem.slug == slug


def test_nothing_personal_and_nothing_secret_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    failures = (httpx.ReadTimeout(ID_NUMBER), lambda _: httpx.Response(500, content=ID_NUMBER.encode()))
    with caplog.at_level(logging.DEBUG):
        for failure in failures:
            with pytest.raises(SourceUnreachable) as refusal:
                ask(Line(failure))
            assert ID_NUMBER not in repr(refusal.value)
    ours = "".join(record.getMessage() for record in caplog.records)
    assert ID_NUMBER not in ours
    assert "刘志远" not in ours
    assert "0123456789abcdef" not in repr(Credentials("gjj", SECRET))
