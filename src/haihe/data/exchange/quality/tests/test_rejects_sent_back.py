"""Rejects go back to whom they came from, and are closed once later data has those rows right."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.notices.models import Notice
from haihe.base.outbox.models import Event
from haihe.data.exchange import api
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.heard import look_up_what_was_sent_back
from haihe.data.exchange.quality.models import RejectReturn
from haihe.data.exchange.quality.operations import returning
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.ruleset import Check, CheckKind, RuleSet, Severity
from haihe.data.exchange.quality.testing import confirmed, published_organisations
from haihe.data.exchange.quality.tests.test_columns_that_changed import fed
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.testing import id_number, relief_lines, row, small_dirty_file
from haihe.data.exchange.tests.test_pages import fed as fed_bytes
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
WRONG = [*relief_lines(30), ",".join(row(id_number(100), size="x")), ",".join(row(id_number(101), status="?"))]
RIGHT = [*relief_lines(30), ",".join(row(id_number(100))), ",".join(row(id_number(101)))]


@pytest.fixture
def run(steward: Actor, now: datetime) -> FeedRun:
    return FeedRun.objects.get(pk=fed(steward, WRONG, now).id)


def heard(now: datetime) -> None:
    """Hear of the current snapshot, as the worker would."""
    snapshot = Snapshot.objects.get(is_current=True)
    look_up_what_was_sent_back({"resource": snapshot.resource, "snapshot": snapshot.id})


def test_what_was_sent_back_is_closed_when_all_its_rows_are_right(run: FeedRun, steward: Actor, now: datetime) -> None:
    sent = returning.send_back(steward, run.pk, now=now)
    assert (sent.state, sent.rows, sent.keyed, sent.open_lines) == ("SENT", 2, 2, [32, 33])
    assert Event.objects.get(topic="exchange.rejects_returned").payload["rows"] == 2
    assert Notice.objects.get(kind="exchange.returned").organisation == "120012"
    later = now + timedelta(hours=1)
    half = [*WRONG[:-2], RIGHT[-2], WRONG[-1]]
    fed(steward, half, later)
    heard(later)
    sent.refresh_from_db()
    assert (sent.state, sent.settled, sent.open_lines) == ("SENT", 1, [33])
    again = fed(steward, RIGHT, later)
    for _ in range(2):
        heard(later)
    sent.refresh_from_db()
    assert (sent.state, sent.settled, sent.open_lines, sent.settled_run_id) == ("CLOSED", 2, [], again.id)
    assert sent.closed_by == ""


def test_the_data_it_came_in_closes_nothing(run: FeedRun, steward: Actor, now: datetime) -> None:
    sent = returning.send_back(steward, run.pk, now=now)
    heard(now)
    sent.refresh_from_db()
    assert (sent.state, sent.settled, sent.settled_run) == ("SENT", 0, None)


def test_rows_that_nobody_can_be_known_by_are_closed_by_hand(steward: Actor, now: datetime) -> None:
    dirty = fed_bytes(steward, now, small_dirty_file())
    sent = returning.send_back(steward, dirty.pk, now=now)
    # A bad date and a wrong check digit; a duplicate and a sum are nobody's to mend.
    assert (sent.rows, sent.keyed) == (2, 1)
    closed = returning.close_return(steward, dirty.pk, "已电话核实", now=now)
    assert (closed.state, closed.words, closed.closed_by) == ("CLOSED", "已电话核实", steward.name)
    with pytest.raises(returning.NoSuchReturn):
        returning.close_return(steward, dirty.pk, "again", now=now)


def test_nothing_is_sent_back_twice_or_where_there_is_nothing(run: FeedRun, steward: Actor, now: datetime) -> None:
    returning.send_back(steward, run.pk, now=now)
    clean = fed(steward, RIGHT, now)
    for pk in (run.pk, clean.id):
        with pytest.raises(returning.NothingToReturn):
            returning.send_back(steward, pk, now=now)


def test_a_resource_about_nobody_is_known_by_what_must_not_repeat(steward: Actor, now: datetime) -> None:
    resource = published_organisations(now=now)
    proposed = rulebook.contents_of(operations.propose_rules(steward, resource, now=now))
    columns = tuple(column for column in proposed.schema.columns if column.field in ("code", "name", "beds"))
    schema = RegisterSchema(resource=resource, title="养老机构名录", columns=columns, max_reject_percent=60)
    unique = Check(code="ONE", kind=CheckKind.UNIQUE, severity=Severity.WARN, fields=("code",))
    confirmed(steward, resource, now=now, ruleset=RuleSet(schema=schema, checks=(unique,)))

    def delivered(beds: str, at: datetime) -> api.FeedRunInfo:
        lines = f"统一社会信用代码,机构名称,床位数\n91120116MA05X4T68X,甲院,{beds}\n91110108551385082Q,乙院,3\n"
        return api.receive_file(steward, resource, "a.csv", io.BytesIO(lines.encode()), now=at)

    wrong = delivered("多", now)
    assert (wrong.state, wrong.rows_rejected) == ("PUBLISHED", 1)
    sent = returning.send_back(steward, wrong.id, now=now)
    assert (sent.rows, sent.keyed) == (1, 1)
    delivered("12", now + timedelta(hours=1))
    heard(now)
    sent.refresh_from_db()
    assert sent.state == "CLOSED"


def test_only_the_owners_stewards_send_back_and_close(
    run: FeedRun, steward: Actor, operator: Actor, outsider: Actor, now: datetime
) -> None:
    for who in (operator, outsider):
        with pytest.raises(NotPermitted):
            returning.send_back(who, run.pk, now=now)
    returning.send_back(steward, run.pk, now=now)
    for who in (operator, outsider):
        with pytest.raises(NotPermitted):
            returning.close_return(who, run.pk, "x", now=now)


def test_the_pages_send_back_show_and_close(run: FeedRun) -> None:
    client = signed_in("steward_mzj")
    assert "返还数源改正" in client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    page = client.post(reverse("exchange:quality-send-back", args=[run.pk]), follow=True).content.decode()
    assert "待改正的行号" in page
    assert id_number(100) not in page
    assert "返还 2 行，已改正 0 行" in client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert run.filename in client.get(reverse("exchange:quality-returns")).content.decode()
    again = client.post(reverse("exchange:quality-send-back", args=[run.pk]), follow=True)
    assert "已经返还过" in again.content.decode()
    url = reverse("exchange:quality-close-return", args=[run.pk])
    assert client.post(url).status_code == 422
    assert "已电话核实" in client.post(url, {"words": "已电话核实"}, follow=True).content.decode()
    assert client.post(url, {"words": "x"}).status_code == 404


def test_rejects_of_one_reason_can_be_taken_alone(run: FeedRun) -> None:
    answer = signed_in("steward_mzj").get(reverse("exchange:rejects", args=[run.pk]), {"code": "NOT_IN_LIST"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # Django's stubs tell one answer of two
    assert text.count("\n") == 2
    assert "NOT_IN_LIST" in text
    assert run.moves.filter(name="take_rejects").count() == 1


@pytest.mark.parametrize("username", ["outsider", "steward_gjj"])
def test_strangers_find_nothing_sent_back(username: str, run: FeedRun, steward: Actor, now: datetime) -> None:
    returning.send_back(steward, run.pk, now=now)
    client = signed_in(username)
    assert client.get(reverse("exchange:quality-return", args=[run.pk])).status_code == 404
    assert run.filename not in client.get(reverse("exchange:quality-returns")).content.decode()
    for name in ("send-back", "close-return"):
        assert client.post(reverse(f"exchange:quality-{name}", args=[run.pk]), {"words": "x"}).status_code == 404


def test_an_uploaded_file_is_sent_back_from_its_page(run: FeedRun) -> None:
    client = signed_in("steward_mzj")
    file = SimpleUploadedFile("b.csv", "\n".join(WRONG).encode(), content_type="text/csv")
    answer = client.post(reverse("exchange:upload"), {"resource": run.resource, "file": file}, follow=True)
    assert "返还数源改正" in answer.content.decode()
    assert not RejectReturn.objects.exists()
