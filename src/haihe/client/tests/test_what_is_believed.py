"""A question is sent again only where that is safe, and an answer counts only with its signature."""

import json
from collections.abc import Callable
from email.utils import formatdate

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.client import Haihe, NoAnswer, NotTrusted, Patience, Refused, Subject
from haihe.client.credentials import credentials_of
from haihe.kernel.mac import Mac
from haihe.kernel.problems import Problem
from haihe.kernel.signing import parse_signature, sign_response

ID_NUMBER = "120103197905121012"
SECRET = b"0123456789abcdef0123456789abcdef"
NOW = 1_795_449_600
EVIDENCE = "01900000-0000-7000-8000-000000000001"
SAID = {"answer": "MATCH", "service": "s", "claim": "c", "as_of": None, "evidence": EVIDENCE, "reason": None}
type Reply = Callable[[httpx.Request], httpx.Response]


def signed(request: httpx.Request, body: bytes, *, status: int = 200, secret: bytes = SECRET) -> dict[str, str]:
    signature = parse_signature(request.headers).signature
    return sign_response(
        status=status, body=body, client_id="gjj", secret=Mac(secret), created=NOW, request_signature=signature
    )


def answered(request: httpx.Request, said: object = SAID, secret: bytes = SECRET) -> httpx.Response:
    body = json.dumps(said).encode()
    return httpx.Response(200, headers=signed(request, body, secret=secret), content=body)


def refused(slug: str, **headers: str) -> Reply:
    problem = Problem.of(slug)
    return lambda _: httpx.Response(problem.status, headers=headers, content=problem.to_json())


def part(request: httpx.Request, *lines: object) -> bytes:
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    names = {name.replace("-", "_"): value for name, value in signed(request, body).items()}
    return body + json.dumps(names).encode() + b"\n"


def head(number: int, parts: int, first: int, count: int) -> dict[str, object]:
    told = {"part": number, "parts": parts, "first": first, "count": count}
    return told | {"service": "s", "claim": "c", "as_of": None, "evidence": EVIDENCE}


class Line:
    """Plays `replies` in turn; keeps what was sent and how long was waited."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies, self.sent, self.waits = list(replies), list[httpx.Request](), list[float]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply(request)

    def haihe(self, patience: Patience | None = None) -> Haihe:
        http = httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(self))
        return Haihe("", "gjj", SECRET, http=http, clock=lambda: NOW, sleep=self.waits.append, patience=patience)

    def ask(self) -> str:
        return self.haihe().verify("s", ID_NUMBER, purpose="P", case="1").evidence

    def ask_many(self, subjects: int = 1) -> list[int]:
        return [line.n for line in self.haihe().verify_many("s", [ID_NUMBER] * subjects, purpose="P", case="1")]


def nonces(line: Line) -> set[str]:
    return {parse_signature(request.headers).nonce for request in line.sent}


def test_a_connection_that_was_never_made_is_tried_once_more_with_a_new_nonce() -> None:
    line = Line(httpx.ConnectError("refused"), answered)
    assert line.ask() == EVIDENCE
    assert len(nonces(line)) == 2
    with pytest.raises(NoAnswer) as failure:
        Line(httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), answered).ask()
    assert failure.value.never_sent


@pytest.mark.parametrize(
    "failure", [httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("hung up"), httpx.WriteError("broken")]
)
def test_a_question_that_may_have_arrived_is_not_sent_again(failure: Exception) -> None:
    for ask in (Line.ask, Line.ask_many):
        line = Line(failure, answered)
        with pytest.raises(NoAnswer) as told:
            ask(line)
        assert (len(line.sent), told.value.never_sent) == (1, False)


def test_a_retry_after_is_honoured_as_seconds_and_as_a_date() -> None:
    for slug, wait in (("provider-maintenance", "3"), ("unavailable", formatdate(NOW + 3, usegmt=True))):
        line = Line(refused(slug, **{"retry-after": wait}), answered)
        assert (line.ask(), line.waits) == (EVIDENCE, [3.0])
        assert len(nonces(line)) == 2


@pytest.mark.parametrize(
    ("slug", "headers"),
    [
        ("unavailable", {}),
        ("unavailable", {"retry-after": "soon"}),
        ("unavailable", {"retry-after": "6"}),
        ("quota-exceeded", {"retry-after": "40000"}),
        ("provider-maintenance", {"retry-after": "3600"}),
        ("replayed-request", {"retry-after": "1"}),
        ("no-grant", {"retry-after": "1"}),
    ],
)
def test_a_refusal_that_waiting_won_t_mend_is_told_at_once(slug: str, headers: dict[str, str]) -> None:
    line = Line(refused(slug, **headers), answered)
    with pytest.raises(Refused) as refusal:
        line.ask()
    assert (refusal.value.problem.slug, len(line.sent), line.waits) == (slug, 1, [])


def test_how_often_is_the_asker_s_to_say() -> None:
    line = Line(httpx.ConnectError("no"), httpx.ConnectError("no"), answered)
    haihe = line.haihe(patience=Patience(tries=3))
    assert haihe.verify("s", ID_NUMBER, purpose="P", case="1").evidence == EVIDENCE
    with pytest.raises(NoAnswer):
        Line(httpx.ConnectError("no"), answered).haihe(patience=Patience(tries=1)).verify(
            "s", ID_NUMBER, purpose="P", case="1"
        )


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (lambda request: answered(request, secret=b"another secret of thirty-two byt"), NotTrusted),
        (lambda _: httpx.Response(200, content=json.dumps(SAID).encode()), NotTrusted),
        (lambda request: answered(request, said={"answer": "MAYBE"}), NoAnswer),
        (lambda request: answered(request, said=[]), NoAnswer),
        (lambda _: httpx.Response(502, content=b"<html>Bad Gateway"), NoAnswer),
        (lambda _: httpx.Response(302, headers={"location": "http://elsewhere/"}), NoAnswer),
        (lambda _: httpx.Response(403, content=b'{"type": "about:blank"}'), NoAnswer),
    ],
)
def test_what_can_t_be_trusted_or_read_is_no_answer(reply: Reply, kind: type[NoAnswer]) -> None:
    with pytest.raises(NoAnswer) as failure:
        Line(reply).ask()
    assert type(failure.value) is kind


def test_a_refusal_with_somebody_else_s_signature_is_not_believed() -> None:
    problem = Problem.of("no-grant")

    def forged(request: httpx.Request) -> httpx.Response:
        headers = signed(request, problem.to_json(), status=problem.status, secret=b"x" * 32)
        return httpx.Response(problem.status, headers=headers, content=problem.to_json())

    with pytest.raises(NotTrusted):
        Line(forged).ask()


def test_a_problem_that_only_a_newer_gateway_knows_is_still_a_refusal() -> None:
    told = json.loads(Problem.of("no-grant").to_json()) | {"type": "urn:haihe:problem:moon-in-the-way"}
    with pytest.raises(Refused) as refusal:
        Line(lambda _: httpx.Response(403, content=json.dumps(told).encode())).ask()
    assert (refusal.value.problem.slug, refusal.value.problem.status) == ("moon-in-the-way", 403)


YES = {"answer": "MATCH"}


def two_parts(request: httpx.Request) -> tuple[bytes, bytes]:
    return part(request, head(1, 2, 0, 1), {"n": 0} | YES), part(request, head(2, 2, 1, 1), {"n": 1} | YES)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_batch_is_read_however_it_is_cut(size: int) -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        whole = b"".join(two_parts(request))
        return httpx.Response(200, content=(whole[n : n + size] for n in range(0, len(whole), size)))

    assert Line(cut).ask_many(2) == [0, 1]


@pytest.mark.parametrize(
    ("damage", "believed"),
    [
        (lambda one, two: one, 1),
        (lambda one, two: two, 0),
        (lambda one, two: one + one, 1),
        (lambda one, two: two + one, 0),
        (lambda one, two: one + two + two, 2),
        (lambda one, two: one + two[:-20], 1),
        (lambda one, two: one + two.replace(b"MATCH", b"NO_MATCH"), 1),
        (lambda one, two: one.replace(b'"n": 0', b'"n": 1') + two, 0),
        (lambda one, two: b"", 0),
        (lambda one, two: b"{}\n", 0),
        (lambda one, two: b'{"content_digest"\n', 0),
        (lambda one, two: one + b"x" * (9 << 20), 1),
    ],
)
def test_a_batch_with_a_part_missing_changed_or_elsewhere_is_told_as_far_as_it_is_proved(
    damage: Callable[[bytes, bytes], bytes], believed: int
) -> None:
    line = Line(lambda request: httpx.Response(200, content=damage(*two_parts(request))))
    told: list[int] = []
    lines = line.haihe().verify_many("s", [ID_NUMBER, ID_NUMBER], purpose="P", case="1")
    with pytest.raises(NoAnswer):
        told.extend(each.n for each in lines)
    assert told == list(range(believed))
    assert len(line.sent) == 1


def test_a_batch_that_must_end_early_says_why() -> None:
    told = {"problem": json.loads(Problem.of("grant-suspended").to_json())}
    line = Line(lambda request: httpx.Response(200, content=two_parts(request)[0] + part(request, told)))
    with pytest.raises(Refused, match="grant-suspended"):
        line.ask_many(2)


def test_nothing_personal_and_nothing_secret_is_shown() -> None:
    shown = [repr(Subject(ID_NUMBER, "刘志远"))]
    for reply in (httpx.ReadTimeout(ID_NUMBER), lambda _: httpx.Response(500, content=ID_NUMBER.encode())):
        with pytest.raises(NoAnswer) as failure:
            Line(reply).ask()
        shown += [repr(failure.value), str(failure.value)]
    assert not any(word in text for text in shown for word in (ID_NUMBER, "刘志远", "0123456789abcdef"))


def test_a_secret_is_taken_as_the_console_showed_it_and_nothing_else_is() -> None:
    def secret_of(given: bytes | str) -> object:
        return credentials_of("gjj", given, clock=lambda: NOW, gateway_key=None).secret

    assert secret_of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=") == secret_of(SECRET) == SECRET
    for wrong in ("MDEy", "no base64!", b"short"):
        with pytest.raises(ValueError, match=r"."):
            secret_of(wrong)


def test_a_private_key_needs_the_gateway_s_public_one() -> None:
    private = Ed25519PrivateKey.generate()
    with pytest.raises(ValueError, match="/v1/keys"):
        credentials_of("gjj", private, clock=lambda: NOW, gateway_key=None)
    for wrong in ("", "short", "!"):
        with pytest.raises(ValueError, match=r"."):
            credentials_of("gjj", private, clock=lambda: NOW, gateway_key=wrong)
