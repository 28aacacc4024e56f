"""Each page of following × the cast: one's own things, and nobody else's."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse

from haihe.base.accounts.api import Actor, actor_for
from haihe.base.notices.adapters.smtp import SmtpCarrier
from haihe.base.notices.carriers import Channel
from haihe.base.notices.models import Notice
from haihe.base.notices.sending import plan
from haihe.base.notices.sending import send_due as send_mails
from haihe.base.notices.testing import MailServer, confirmed, opened
from haihe.data.following import queries
from haihe.data.following.models import Follow, Telling, Webhook, WebhookDelivery
from haihe.data.following.tests.test_webhooks import happen
from haihe.data.following.urls import urlpatterns
from haihe.data.open.tests.conftest import NOW
from haihe.data.open.tests.test_pages import browser
from haihe.kernel.carrier_places import PLAIN, CarrierRules, SmtpPlace

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
EVERYBODY = ("", "liu", "clerk_gjj", "outsider", "steward_gjj", "approver_mzj", "operator", "auditor")
URL = "https://a.example/hooks"


def address(name: str, *args: object, query: str = "") -> str:
    return reverse(f"following:{name}", args=args) + (f"?{query}" if query else "")


def text(answer: HttpResponseBase) -> str:
    assert isinstance(answer, HttpResponse)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def follow(client: Client, query: str = "dataset=canteens", **told: str) -> HttpResponse:
    answer = client.post(address("new", query=query), {"pace": "AT_ONCE"} | told)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.fixture
def lius() -> Client:
    """刘先生 follows the canteens, and has a webhook with a message on its way."""
    client = browser("liu")
    follow(client)
    client.post(address("webhooks"), {"url": URL})
    happen()
    return client


def doors() -> dict[str, tuple[object, ...]]:
    """Return each address by name with the arguments of 刘先生's things."""
    hook, mine = Webhook.objects.get().pk, Follow.objects.get().pk
    own = {"pace": (mine,), "end": (mine,), "webhook": (hook,), "secret": (hook,), "act": (hook, "stop")}
    return {str(pattern.name): own.get(str(pattern.name), ()) for pattern in urlpatterns} | {"feed": ("x",)}


def test_pages_are_for_whoever_signed_in_and_things_are_ones_own(lius: Client) -> None:
    theirs, all_doors = {"pace", "end", "webhook", "secret", "act"}, doors()
    for username in EVERYBODY:
        client = browser(username)
        for name, args in all_doors.items():
            query = "topic=civil" if name == "new" else ""
            told = client.get(address(name, *args, query=query)).status_code
            sent = client.post(address(name, *args), {"pace": "DAILY", "name": "stop"}).status_code
            if name == "feed":
                assert (told, sent) == (404, 405)
            elif not username:
                assert {told, sent} <= {302, 405}, name
            elif name in theirs and username != "liu":
                assert {told, sent} <= {404, 405}, (username, name)
            elif username != "liu":
                assert told in (200, 405), (username, name)
    assert Follow.objects.filter(user=queries.person(actor_for("liu", now=NOW))).count() in (0, 1)


def test_the_button_beside_a_dataset_follows_and_ends_it() -> None:
    page = reverse("open:dataset", args=["canteens"])
    assert "登录后关注" in text(Client().get(page))
    client = browser("liu")
    assert "您在关注" not in text(client.get(page))
    assert follow(client, back="1").headers["Location"] == page
    assert "您在关注这个数据集" in text(client.get(page))
    assert "1 人关注" in text(Client().get(page))
    client.post(address("end", Follow.objects.get().pk))
    assert "您在关注" not in text(client.get(page))


def test_topics_departments_and_searches_lead_to_following_them() -> None:
    for name, args in (("topic", ["civil"]), ("department", ["120012"])):
        assert "/open/following/new/?" in Client().get(reverse(f"open:{name}", args=args)).content.decode()
    listed = Client().get(reverse("open:datasets"), {"q": "食堂", "topic": "civil"}).content.decode()
    assert address("new", query="q=%E9%A3%9F%E5%A0%82&amp;topic=civil") in listed
    client = browser("liu")
    for query in ("topic=civil", "owner=120012", "q=食堂&topic=civil"):
        assert client.get(address("new", query=query)).status_code == 200
        assert follow(client, query).status_code == 302
    page = text(client.get(address("follows")))
    for words in ("民政救助", "民政局", "“食堂” · 民政救助"):
        assert words in page, words
    assert follow(client, "topic=civil", pace="HOURLY").status_code == 422
    assert client.get(address("new", query="topic=nobody")).status_code == 404
    assert client.get(address("new", query="q=\x00")).status_code == 404


def test_news_stand_on_the_page_and_in_a_feed_at_a_secret_address(lius: Client) -> None:
    assert "“社区食堂名录”有了新版本" in text(lius.get(address("follows")))
    lius.post(address("new-feed"))
    first = re.search(r"/open/following/feed/[^<\s]+", text(lius.get(address("follows"))))
    assert first is not None
    told = Client().get(first[0])
    assert "有了新版本" in told.content.decode()
    assert told.headers["Referrer-Policy"] == "no-referrer"
    lius.post(address("new-feed"))
    assert Client().get(first[0]).status_code == 404


def test_a_secret_stands_in_one_answer(lius: Client) -> None:
    hook = Webhook.objects.get()
    again = lius.post(address("secret", hook.pk)).content.decode()
    assert re.search(r"whsec_[A-Za-z0-9+/]{40,}=", again)
    for page in (address("webhook", hook.pk), address("webhooks")):
        assert not re.search(r"whsec_[A-Za-z0-9+/]{40,}=", lius.get(page).content.decode())


def test_the_log_and_what_one_may_do_with_an_address(lius: Client) -> None:
    hook = Webhook.objects.get().pk
    assert "社区食堂名录" in text(lius.get(address("webhook", hook)))
    for name, words in (
        ("test", "测试消息已发出"),
        ("stop", "已停止推送"),
        ("restart", "已恢复推送"),
        ("drop", "已删除"),
    ):
        assert words in text(lius.post(address("act", hook, name), follow=True)), name
    assert WebhookDelivery.objects.count() == 0
    assert lius.post(address("act", hook, "explode")).status_code == 404
    assert "https://" in text(lius.post(address("webhooks"), {"url": "nothing"}))


def test_mail_can_be_stopped_with_one_click() -> None:
    client, liu = browser("liu"), actor_for("liu", now=NOW)
    follow(client)
    with_site = replace(settings.HAIHE, carrying=CarrierRules(site_url="https://haihe.example.cn"))
    with MailServer().running() as server, override_settings(HAIHE=with_site):
        place = SmtpPlace("127.0.0.1", server.port, PLAIN, "", "", "a@b.example", "")
        with opened(SmtpCarrier(place)):
            confirmed(liu, Channel.EMAIL, "liu@example.cn", now=NOW)
            happen("one")
            assert send_mails_told(liu) == 1
            (letter,) = server.mails
            assert "有了新版本" in letter.get_content()
            assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            stop = urlsplit(letter["List-Unsubscribe"].strip("<>")).path
            # As a mail programme does it: no cookie, no page before.
            assert Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
            happen("two")
            assert send_mails_told(liu) == 0
    assert Telling.objects.count() == 2


def send_mails_told(actor: Actor) -> int:
    for row in Notice.objects.filter(user=actor.user_id):
        plan(row, now=NOW)
    return send_mails(Channel.EMAIL, now=NOW)
