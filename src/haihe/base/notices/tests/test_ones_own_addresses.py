"""An address is used once its code came back, kept sealed, chosen by topic, forgotten when its owner says so."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import SIGNED_OUT, NotPermitted
from haihe.base.accounts.testing import make_actor, make_user
from haihe.base.notices import contacts, sending
from haihe.base.notices.carriers import Channel, Message
from haihe.base.notices.contacts import ContactRefused, code_of
from haihe.base.notices.models import Contact, Muting, Sending, SendingState
from haihe.base.notices.testing import confirmed, opened, user_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MOBILE, MAIL = "138 1234-5678", "liu@example.cn"


class Noted:
    """A carrier that remembers what it was given."""

    knows_again = True

    def __init__(self, channel: Channel) -> None:
        self.channel, self.sent = channel, list[Message]()

    def send(self, message: Message) -> str:
        self.sent.append(message)
        return "1"


@pytest.fixture(autouse=True)
def ways() -> Iterator[tuple[Noted, Noted]]:
    sms, mail = Noted(Channel.SMS), Noted(Channel.EMAIL)
    with opened(sms), opened(mail):
        yield sms, mail


def test_an_address_is_kept_sealed_and_shown_masked() -> None:
    liu = make_actor("liu", ("CITIZEN", ""))
    row = contacts.add_contact(actor=liu, channel="SMS", typed=MOBILE, now=NOW)
    assert b"13812345678" not in bytes(row.sealed_address)
    assert row.masked == "138****5678"
    mail = contacts.add_contact(actor=liu, channel="EMAIL", typed=MAIL, now=NOW)
    assert mail.masked == "l***@example.cn"


@pytest.mark.parametrize(
    ("channel", "typed"),
    [("SMS", "12345"), ("SMS", "+1 202 555 0100"), ("SMS", "13812345678\r\nDATA"), ("SMS", ""),
     ("EMAIL", "liu"), ("EMAIL", "a@b.cn\r\nBcc: x@y.cn"), ("EMAIL", "刘@example.cn"), ("EMAIL", "x" * 260 + "@a.cn"),
     ("FAX", "1"), ("", "")],
)  # fmt: skip
def test_what_is_no_address_is_none(channel: str, typed: str) -> None:
    with pytest.raises(ContactRefused):
        contacts.add_contact(actor=make_actor("liu"), channel=channel, typed=typed, now=NOW)
    assert not Contact.objects.exists()


def test_nobody_signed_out_has_addresses() -> None:
    with pytest.raises(NotPermitted):
        contacts.add_contact(actor=SIGNED_OUT, channel="SMS", typed=MOBILE, now=NOW)


def test_a_code_confirms_once_and_only_the_newest() -> None:
    liu = make_actor("liu")
    row = contacts.add_contact(actor=liu, channel="SMS", typed=MOBILE, now=NOW)
    first = code_of(row)
    contacts.send_code_again(actor=liu, channel="SMS", now=NOW + timedelta(minutes=2))
    row.refresh_from_db()
    later = NOW + timedelta(minutes=3)
    assert code_of(row) != first
    with pytest.raises(ContactRefused, match="不对"):
        contacts.confirm_contact(actor=liu, channel="SMS", code=first, now=later)
    contacts.confirm_contact(actor=liu, channel="SMS", code=code_of(row), now=later)
    row.refresh_from_db()
    assert row.confirmed_at == later


def test_five_wrong_codes_end_it_and_so_do_ten_minutes() -> None:
    liu = make_actor("liu")
    row = contacts.add_contact(actor=liu, channel="SMS", typed=MOBILE, now=NOW)
    right = code_of(row)
    wrong = "000000" if right != "000000" else "000001"
    for _time in range(5):
        with pytest.raises(ContactRefused, match="不对"):
            contacts.confirm_contact(actor=liu, channel="SMS", code=wrong, now=NOW)
    with pytest.raises(ContactRefused, match="失效"):
        contacts.confirm_contact(actor=liu, channel="SMS", code=right, now=NOW)
    contacts.send_code_again(actor=liu, channel="SMS", now=NOW + timedelta(minutes=2))
    row.refresh_from_db()
    with pytest.raises(ContactRefused, match="失效"):
        contacts.confirm_contact(actor=liu, channel="SMS", code=code_of(row), now=NOW + timedelta(minutes=13))


def test_codes_are_few_for_a_person_and_for_an_address() -> None:
    liu = make_actor("liu")
    contacts.add_contact(actor=liu, channel="SMS", typed=MOBILE, now=NOW)
    with pytest.raises(ContactRefused, match="一分钟"):
        contacts.send_code_again(actor=liu, channel="SMS", now=NOW + timedelta(seconds=30))
    for minute in range(2, 6):
        contacts.send_code_again(actor=liu, channel="SMS", now=NOW + timedelta(minutes=minute))
    late = NOW + timedelta(minutes=10)
    with pytest.raises(ContactRefused, match="太多"):
        contacts.send_code_again(actor=liu, channel="SMS", now=late)
    with pytest.raises(ContactRefused, match="太多"):
        contacts.add_contact(actor=make_actor("another"), channel="SMS", typed=MOBILE, now=late)
    assert Sending.objects.filter(is_code=True).count() == 5
    contacts.remove_contact(actor=liu, channel="SMS")
    with pytest.raises(ContactRefused, match="太多"):
        contacts.add_contact(actor=liu, channel="SMS", typed="13900000000", now=late)


def test_a_new_address_is_confirmed_anew_and_old_codes_go_nowhere(
    ways: tuple[Noted, Noted],
) -> None:
    liu = make_actor("liu")
    confirmed(liu, Channel.SMS, MOBILE, now=NOW)
    later = NOW + timedelta(minutes=2)
    row = contacts.add_contact(actor=liu, channel="SMS", typed="13900000000", now=later)
    assert row.confirmed_at is None
    contacts.send_code_again(actor=liu, channel="SMS", now=later + timedelta(minutes=2))
    assert sending.send_due(Channel.SMS, now=later + timedelta(minutes=2)) == 1
    assert {message.address for message in ways[0].sent} == {"+8613900000000"}
    assert Sending.objects.filter(state=SendingState.SKIPPED).count() == 1


def browser(username: str = "liu") -> Client:
    client = Client()
    client.force_login(make_user(username, ("CITIZEN", "")))
    return client


def act(channel: str, name: str) -> str:
    return reverse("notices:contact-act", args=[channel, name])


def test_add_confirm_choose_and_remove_by_the_page(ways: tuple[Noted, Noted]) -> None:
    phone, page = browser(), reverse("notices:contacts")
    assert "获取验证码" in phone.get(page).content.decode()
    wrong = phone.post(act("SMS", "add"), {"address": "123"})
    assert (wrong.status_code, "11 位" in wrong.content.decode()) == (422, True)
    assert phone.post(act("SMS", "add"), {"address": MOBILE, "language": "en"}).status_code == 302
    sending.send_due(Channel.SMS, now=timezone.now())
    code = re.findall(r"[0-9]{6}", ways[0].sent[0].text)[0]
    assert "138****5678" in phone.get(page).content.decode()
    assert phone.post(act("SMS", "confirm"), {"code": "1"}).status_code == 422
    assert phone.post(act("SMS", "confirm"), {"code": code}).status_code == 302
    assert phone.post(act("SMS", "choose"), {"topics": ["cases"], "language": "zh-hans"}).status_code == 302
    assert not Muting.objects.filter(topic="cases").exists()
    assert Muting.objects.filter(topic="others").exists()
    assert phone.post(act("SMS", "remove")).status_code == 302
    assert not Contact.objects.exists()
    assert phone.post(act("FAX", "add"), {"address": "1"}).status_code == 404
    assert phone.post(act("SMS", "no-such")).status_code == 404
    assert Client().get(page).status_code == 302


def test_one_click_in_a_mail_stops_a_topic_and_a_look_does_not() -> None:
    liu = make_actor("liu", ("CITIZEN", ""))
    row = confirmed(liu, Channel.EMAIL, MAIL, now=NOW)
    address = sending.stop_path(row, "others")
    anybody = Client(enforce_csrf_checks=True)
    assert anybody.get(address).status_code == 200
    assert not Muting.objects.exists()
    assert anybody.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Muting.objects.get().user == user_id(liu)


def test_a_forged_link_stops_nothing() -> None:
    forged = signing.dumps({"u": "x", "c": "EMAIL", "t": "others"}, salt="another")
    right_salt = signing.dumps({"u": "x", "c": "EMAIL", "t": "others"}, salt=sending.UNSUBSCRIBE_SALT)
    for token in (forged, right_salt, "a:b:c", "x"):
        assert Client().post(reverse("notices:unsubscribe", args=[token])).status_code == 404
    assert not Muting.objects.exists()


def test_the_data_centre_sees_what_is_stuck_and_decides() -> None:
    liu = make_actor("liu")
    contacts.add_contact(actor=liu, channel="SMS", typed=MOBILE, now=NOW)
    Sending.objects.update(state=SendingState.UNSURE, finished_at=NOW)
    row = Sending.objects.get()
    centre, page = Client(), reverse("notices:sendings")
    centre.force_login(make_user("centre", ("OPERATOR", "120001")))
    shown = centre.get(page).content.decode()
    assert row.key in shown
    assert "13812345678" not in shown
    assert browser("citizen").get(page).status_code == 403
    assert centre.post(reverse("notices:sending-act", args=[row.pk, "give-up"])).status_code == 302
    assert Sending.objects.get().state == SendingState.SKIPPED
    centre.post(reverse("notices:sending-act", args=[row.pk, "again"]))
    assert Sending.objects.get().state == SendingState.SKIPPED
    assert centre.post(reverse("notices:sending-act", args=[row.pk, "no"])).status_code == 404


def test_where_no_way_is_open_the_page_says_so() -> None:
    from haihe.base.notices.carriers import close_channel

    close_channel(Channel.SMS)
    close_channel(Channel.EMAIL)
    assert "还没有开通" in browser().get(reverse("notices:contacts")).content.decode()
