"""What a person is told reaches them by mail and short message, once: whatever happens to carrier and worker."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.base.accounts.testing import make_actor
from haihe.base.notices import contacts, operations, sending
from haihe.base.notices.adapters.sms import SmsCarrier, signature
from haihe.base.notices.adapters.smtp import SmtpCarrier
from haihe.base.notices.api import Desk, Facts, Person
from haihe.base.notices.carriers import Channel, Message, NotNow, Refused
from haihe.base.notices.models import Notice, Sending, SendingState
from haihe.base.notices.testing import MailServer, MessageServer, confirmed, opened, user_id
from haihe.base.notices.topics import _of_kind, _topics, topic
from haihe.base.notices.words import _outside, _said, leads_outside, words
from haihe.base.outbox.testing import deliver_all
from haihe.kernel.carrier_places import PLAIN, STARTTLS, CarrierRules, SmsPlace, SmtpPlace

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MOBILE, MAIL = "13812345678", "liu@example.cn"
SECRET = "shared-secret"
PATIENT, HASTY = httpx.Timeout(60), httpx.Timeout(0.3)
RULES = CarrierRules(site_url="https://haihe.example.cn")


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    @words("test.moved")
    def moved(facts: Facts) -> str:
        return f"办件 {facts['number']} 有了进展"

    @leads_outside("test.moved")
    def outside(facts: Facts) -> str:
        return f"/outside/{facts['number']}/"

    topic("test", "测试", kinds=["test.moved"])
    yield
    del _said["test.moved"], _outside["test.moved"], _topics["test"], _of_kind["test.moved"]


@pytest.fixture(autouse=True)
def _rules() -> Iterator[None]:
    with override_settings(HAIHE=replace(settings.HAIHE, carrying=RULES)):
        yield


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer().running() as server, opened(SmtpCarrier(mail_place(server), timeout_s=60)):
        yield server


@pytest.fixture
def messages() -> Iterator[MessageServer]:
    with MessageServer().running() as server, opened(SmsCarrier(message_place(server), timeout=PATIENT)):
        yield server


def mail_place(server: MailServer, **changes: object) -> SmtpPlace:
    told = {"host": "127.0.0.1", "port": server.port, "tls": PLAIN, "user": "", "password": "", "ca_file": ""}
    return SmtpPlace(**(told | {"sender": "海河 <no-reply@haihe.example.cn>"} | changes))  # type: ignore[arg-type]  # a table of changes


def message_place(server: MessageServer, templates: str = "") -> SmsPlace:
    return SmsPlace(url=server.url, key_id="k1", secret=SECRET, sign="海河", templates=templates)


def citizen() -> Actor:
    return make_actor("liu", ("CITIZEN", ""))


def told(to: Actor, number: str = "GJJ-1", *, now: datetime = NOW) -> Notice:
    """Tell a person, and let the outbox be heard."""
    facts = {"number": number}
    operations.tell(to=[Person(user_id(to))], kind="test.moved", key=number, facts=facts, path="/cases/1/", now=now)
    notice = Notice.objects.latest("id")
    sending.plan(notice, now=now)
    return notice


def only() -> Sending:
    return Sending.objects.get()


def test_a_mail_says_what_happened_and_how_to_stop_it(mail: MailServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.EMAIL, MAIL, now=NOW)
    told(liu)
    assert sending.send_due(Channel.EMAIL, now=NOW) == 1
    (got,) = mail.mails
    assert mail.recipients == [MAIL]
    assert got["Subject"] == "办件 GJJ-1 有了进展"
    assert got["Message-ID"] == f"<notice.{Notice.objects.get().pk}.EMAIL@haihe.example.cn>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://haihe.example.cn/notices/unsubscribe/" in got["List-Unsubscribe"]
    assert "https://haihe.example.cn/outside/GJJ-1/" in got.get_content()
    assert (only().state, sending.send_due(Channel.EMAIL, now=NOW)) == ("SENT", 0)


def test_a_short_message_is_signed_and_carries_its_key(messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    sending.send_due(Channel.SMS, now=NOW)
    headers, document = messages.seen[0]
    raw = document["_raw"]
    assert headers["haihe-signature"] == f"v1={signature(SECRET, headers['haihe-timestamp'], raw)}"
    assert headers["idempotency-key"] == document["id"] == only().key
    assert document["to"] == "+8613812345678"
    assert document["text"] == "办件 GJJ-1 有了进展 https://haihe.example.cn/outside/GJJ-1/"
    assert only().carrier_number == "P-1"


def test_a_provider_gets_its_own_template_and_parameters(tmp_path: Path) -> None:
    file = tmp_path / "sms.toml"
    file.write_text(
        '[templates."test.moved"]\nid = "SMS_1"\nparameters = ["number"]\n[templates.default]\nid = "SMS_0"\n'
        'parameters = ["text"]\n'
    )
    with MessageServer().running() as server:
        carrier = SmsCarrier(message_place(server, str(file)), timeout=PATIENT)
        carrier.send(Message("a", "+86", "test.moved", "文字", "", {"number": "N"}, "zh-hans"))
        carrier.send(Message("b", "+86", "other", "文字", "", {"number": "N"}, "zh-hans"))
    told = [(document["template"], document["parameters"]) for _headers, document in server.seen]
    assert told == [("SMS_1", {"number": "N"}), ("SMS_0", {"text": "文字"})]


def test_messages_leave_encrypted_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="https"):
        SmsCarrier(SmsPlace("http://sms.example.cn/", "k", SECRET, "", ""))


def test_each_notice_goes_once_by_each_way_however_often_it_is_heard(mail: MailServer, messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.EMAIL, MAIL, now=NOW)
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    notice = told(liu)
    assert sending.plan(notice, now=NOW) == []
    deliver_all()
    for _time in range(2):
        sending.send_due(Channel.EMAIL, now=NOW)
        sending.send_due(Channel.SMS, now=NOW)
    assert (len(mail.mails), len(messages.sent)) == (1, 1)


def test_a_desk_and_a_person_without_address_get_nothing(messages: MessageServer) -> None:
    liu = citizen()
    contacts.add_contact(actor=liu, channel="SMS", typed=MOBILE, now=NOW)
    Sending.objects.all().delete()
    told(liu)
    operations.tell(to=[Desk("CLERK", "120040")], kind="test.moved", key="x", facts={"number": "1"}, path="/", now=NOW)
    assert sending.plan(Notice.objects.latest("id"), now=NOW) == []
    assert not Sending.objects.exists()


@pytest.mark.parametrize("fault", ["away", "slow", "500", "429"])
def test_a_carrier_in_trouble_is_tried_again_later_and_sends_once(messages: MessageServer, fault: str) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    told(liu, "GJJ-2")
    away = SmsPlace("http://127.0.0.1:9/", "k", SECRET, "", "")
    if fault == "slow":
        messages.goes_on.clear()
    elif fault != "away":
        messages.status = int(fault)
    place = away if fault == "away" else message_place(messages)
    with opened(SmsCarrier(place, timeout=HASTY if fault == "slow" else PATIENT)):
        assert sending.send_due(Channel.SMS, now=NOW) == 0
    if fault == "away":
        # Where the carrier is away nobody else's message is tried either.
        assert sorted(Sending.objects.values_list("attempts", flat=True)) == [0, 1]
    messages.status = 200
    messages.goes_on.set()
    with opened(SmsCarrier(message_place(messages), timeout=PATIENT)):
        assert sending.send_due(Channel.SMS, now=NOW + timedelta(minutes=3)) == 2
    assert len(messages.sent) == 2


def test_what_a_carrier_refuses_is_not_tried_again_and_waits_for_a_person(messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    messages.status = 422
    sending.send_due(Channel.SMS, now=NOW)
    assert (only().state, only().last_error) == (SendingState.DEAD, "it said 422")
    messages.status = 200
    assert sending.send_due(Channel.SMS, now=NOW + timedelta(days=1)) == 0
    assert sending.send_again(only().pk, now=NOW)
    assert sending.send_due(Channel.SMS, now=NOW) == 1


def test_after_ten_tries_a_person_decides(messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    messages.status = 503
    now = NOW
    while only().state == SendingState.WAITING:
        sending.send_due(Channel.SMS, now=now)
        now = max(now, only().next_try_at)
    assert (only().state, only().attempts) == (SendingState.DEAD, 10)
    assert sending.give_up(only().pk, now=now)
    assert only().state == SendingState.SKIPPED


def test_a_worker_killed_between_sending_and_recording_sends_no_second_message(messages: MessageServer) -> None:
    """The carrier knows the key again: it is asked a second time and says that it took it before."""
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    claimed = sending._claim(SmsCarrier(message_place(messages), timeout=PATIENT), NOW)
    assert claimed
    SmsCarrier(message_place(messages), timeout=PATIENT).send(claimed.message)
    assert sending.send_due(Channel.SMS, now=NOW + timedelta(minutes=2)) == 0
    assert sending.send_due(Channel.SMS, now=NOW + timedelta(minutes=4)) == 1
    assert (len(messages.seen), len(messages.sent), only().state) == (2, 1, "SENT")


def test_a_worker_killed_while_mailing_leaves_the_decision_to_a_person(mail: MailServer) -> None:
    """A mail server would take it twice; nobody knows whether it took it."""
    liu = citizen()
    confirmed(liu, Channel.EMAIL, MAIL, now=NOW)
    told(liu)
    assert sending._claim(SmtpCarrier(mail_place(mail)), NOW)
    assert sending.send_due(Channel.EMAIL, now=NOW + timedelta(minutes=4)) == 0
    assert (only().state, mail.mails) == (SendingState.UNSURE, [])


def test_a_short_message_server_that_takes_it_and_is_cut_off_sends_once(messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    messages.cuts_after_taking = True
    assert sending.send_due(Channel.SMS, now=NOW) == 0
    messages.cuts_after_taking = False
    assert sending.send_due(Channel.SMS, now=NOW + timedelta(minutes=3)) == 1
    assert len(messages.sent) == 1


@pytest.mark.parametrize(
    ("verb", "answer", "state"),
    [
        ("RCPT", b"550 nobody", "DEAD"),
        ("RCPT", b"451 later", "WAITING"),
        ("MAIL", b"", "WAITING"),
        ("DATA", b"552 too much", "DEAD"),
        ("END", b"452 full", "WAITING"),
        ("END", b"554 no", "DEAD"),
        ("END", b"", "UNSURE"),
        ("CONNECT", b"421 closed", "WAITING"),
    ],
)
def test_what_a_mail_server_says(mail: MailServer, verb: str, answer: bytes, state: str) -> None:
    liu = citizen()
    confirmed(liu, Channel.EMAIL, MAIL, now=NOW)
    told(liu)
    mail.answers[verb] = answer
    sending.send_due(Channel.EMAIL, now=NOW)
    assert only().state == state
    assert MAIL not in only().last_error


def test_without_encryption_no_mail_where_it_is_asked_for_and_no_password_in_the_clear() -> None:
    with MailServer().running() as server:
        message = Message("k", MAIL, "test.moved", "文字", "", {}, "zh-hans")
        for place in (mail_place(server, tls=STARTTLS), mail_place(server, user="u", password="p")):
            with pytest.raises(NotNow):
                SmtpCarrier(place, timeout_s=60).send(message)
        assert "MAIL" not in server.verbs
        assert "AUTH" not in server.verbs


def test_nobody_is_woken_and_a_code_goes_at_once(messages: MessageServer) -> None:
    night = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    liu = citizen()
    contacts.add_contact(actor=liu, channel="SMS", typed=MOBILE, now=night)
    assert sending.send_due(Channel.SMS, now=night) == 1
    code = messages.seen[0][1]["text"].partition("验证码 ")[2][:6]
    contacts.confirm_contact(actor=liu, channel="SMS", code=code, now=night)
    told(liu, now=night)
    assert sending.send_due(Channel.SMS, now=night) == 0
    morning = Sending.objects.get(is_code=False).next_try_at
    assert timezone.localtime(morning).isoformat() == "2026-11-24T08:00:00+08:00"
    assert sending.send_due(Channel.SMS, now=morning) == 1


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        ("22-8", 23, True),
        ("22-8", 7, True),
        ("22-8", 8, False),
        ("12-14", 13, True),
        ("12-14", 14, False),
        ("0-0", 3, False),
    ],
)
def test_quiet_hours(hours: str, at: int, quiet: bool) -> None:
    assert CarrierRules.from_mapping({"HAIHE_QUIET_HOURS": hours}).is_quiet(at) is quiet


def test_nobody_gets_more_than_ten_a_day(messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    for number in range(12):
        told(liu, f"GJJ-{number}")
    assert sending.send_due(Channel.SMS, now=NOW) == 10
    assert sending.send_due(Channel.SMS, now=NOW + timedelta(hours=2)) == 0
    assert sending.send_due(Channel.SMS, now=NOW + timedelta(hours=23)) == 2


def test_what_came_to_nothing_meanwhile_is_not_sent(messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    contacts.choose(actor=liu, channel="SMS", wanted=set(), language="", now=NOW)
    assert sending.send_due(Channel.SMS, now=NOW) == 0
    assert only().state == SendingState.SKIPPED
    assert sending.plan(told(liu, "GJJ-2"), now=NOW) == []
    contacts.choose(actor=liu, channel="SMS", wanted={"test"}, language="", now=NOW)
    told(liu, "GJJ-3")
    contacts.remove_contact(actor=liu, channel="SMS")
    assert sending.send_due(Channel.SMS, now=NOW) == 0
    assert not messages.seen


def test_news_of_three_days_ago_is_none(messages: MessageServer) -> None:
    liu = citizen()
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    told(liu)
    assert sending.send_due(Channel.SMS, now=NOW + timedelta(days=4)) == 0
    assert only().state == SendingState.SKIPPED
    assert sending.forget_sent(now=NOW + timedelta(days=91)) == 1


def test_an_answer_without_end_is_not_read(messages: MessageServer) -> None:
    messages.body = b"x" * 100_000
    carrier = SmsCarrier(message_place(messages), timeout=PATIENT)
    assert carrier.send(Message("key", "+86", "k", "t", "", {}, "en")) == "key"


def test_a_redirect_is_no_answer(messages: MessageServer) -> None:
    messages.status = 302
    with pytest.raises(Refused):
        SmsCarrier(message_place(messages), timeout=PATIENT).send(Message("k", "+86", "k", "t", "", {}, "en"))
