"""Rate on the phone, by a link, on a screen; see to low ratings. What people write is shown as they wrote it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.models import User
from haihe.base.accounts.testing import make_user
from haihe.platforms.services.ratings import links, operations
from haihe.platforms.services.ratings.models import Invitation, LowRating, Rating
from haihe.platforms.services.ratings.testing import BODY, RATER_KEY, invited, supervisor, windows_named

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _windows() -> Iterator[None]:
    with windows_named("3号窗口", "5号"):
        yield


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def citizen(username: str = "rater", key: bytes = RATER_KEY) -> Client:
    user = make_user(username, ("CITIZEN", ""))
    user.subject_key = key
    user.save()
    return signed_in(user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def officer(username: str, *held: tuple[str, str]) -> Client:
    return signed_in(make_user(username, *held))


def open_now(number: str = "GJJ-1", *, holder: bytes | None = RATER_KEY, window: str = "") -> Invitation:
    return invited(number, holder=holder, window=window, now=timezone.now())


def test_a_citizen_rates_on_the_phone_once() -> None:
    phone, invitation = citizen(), open_now()
    page = reverse("ratings:rate", args=[invitation.pk])
    assert "等您评价" in phone.get(reverse("ratings:mine")).content.decode()
    shown = phone.get(page).content.decode()
    assert shown.count('name="level"') == 5
    assert phone.post(page, {}).status_code == 422
    assert phone.post(page, {"level": "5", "tags": ["quick"], "words": "谢谢"}).status_code == 302
    assert "您的评价" in phone.get(page).content.decode()
    again = phone.post(page, {"level": "1"})
    assert (again.status_code, Rating.objects.get().level) == (422, 5)
    assert "已经评价过了" in again.content.decode()


def test_anothers_occasion_is_not_there() -> None:
    invitation = open_now()
    page = reverse("ratings:rate", args=[invitation.pk])
    assert citizen("stranger", b"s" * 16).post(page, {"level": "1"}).status_code == 404
    assert officer("clerk", ("CLERK", BODY)).get(page).status_code == 403
    assert Client().get(page).status_code == 302
    assert not Rating.objects.exists()


def test_a_link_works_signed_out_once_and_tells_nothing_afterwards() -> None:
    invitation = open_now(holder=None)
    address = links.rate_path(invitation.pk)
    anybody = Client()
    assert anybody.get(address).status_code == 200
    supervisor()
    answer = anybody.post(address, {"level": "1", "words": "等了一小时"})
    assert answer["Location"] == links.follow_path(invitation.pk)
    followed = anybody.get(answer["Location"]).content.decode()
    assert "等了一小时" in followed
    seen_again = Client().get(address).content.decode()
    assert "已经评价过了" in seen_again
    assert "等了一小时" not in seen_again
    assert Client().post(address, {"level": "5"}).status_code == 422
    assert Rating.objects.get().level == 1


@pytest.mark.parametrize("token", ["a", "A" * 22, "%2e%2e", "令牌"])
def test_a_guessed_link_leads_nowhere(token: str) -> None:
    open_now()
    assert Client().get(reverse("ratings:by-link", args=[token])).status_code == 404
    assert Client().get(reverse("ratings:terminal", args=[token])).status_code == 404
    invitation = Invitation.objects.get()
    assert Client().get(reverse("ratings:follow", args=[invitation.pk, token])).status_code == 404


def test_a_handler_signed_in_anywhere_can_not_use_the_link() -> None:
    clerk = make_user("clerk", ("CLERK", BODY))
    invitation = invited(handlers=[clerk.pk], now=timezone.now())
    answer = signed_in(clerk).post(links.rate_path(invitation.pk), {"level": "5"})
    assert answer.status_code == 422
    assert "经办人不能评价" in answer.content.decode()


def test_five_faces_on_the_screen_of_a_window() -> None:
    head = supervisor()
    token = operations.open_terminal(actor=head, organisation=BODY, window="3号窗口", now=timezone.now())
    address, stamp = (reverse(f"ratings:{name}", args=[token]) for name in ("terminal", "terminal-stamp"))
    screen = Client()
    assert "欢迎您" in screen.get(address).content.decode()
    assert screen.get(stamp).json() == {"stamp": ""}
    first = open_now("A001", holder=None, window="3号窗口")
    assert screen.get(stamp).json() == {"stamp": str(first.pk)}
    assert screen.get(address).content.decode().count('ratings-face"') == 5
    assert "哪里不满意" in screen.get(f"{address}?level=1").content.decode()
    second = open_now("A002", holder=None, window="3号窗口")
    # The finger came down on the one before: that is not this one's rating.
    screen.post(address, {"level": "1", "invitation": str(first.pk)})
    assert not Rating.objects.exists()
    screen.post(address, {"level": "2", "invitation": str(second.pk), "tags": ["long-queue"]})
    kept = Rating.objects.get()
    assert (kept.invitation_id, kept.level, kept.tags, kept.channel) == (second.pk, 2, ["long-queue"], "TERMINAL")
    assert "欢迎您" in screen.get(address).content.decode()


def test_what_somebody_wrote_is_never_run() -> None:
    phone, invitation = citizen(), open_now()
    head = officer("head", ("APPROVER", BODY))
    phone.post(reverse("ratings:rate", args=[invitation.pk]), {"level": "1", "words": SCRIPT})
    low = LowRating.objects.get()
    page = reverse("ratings:low", args=[low.number])
    for name in ("verify", "explain"):
        head.post(reverse("ratings:move-low", args=[low.number, name]), {"words": SCRIPT})
    for shown in (head.get(page), phone.get(reverse("ratings:rate", args=[invitation.pk]))):
        text = shown.content.decode()
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_from_a_low_rating_to_its_confirmation_by_the_pages() -> None:
    phone, invitation = citizen(), open_now()
    head, clerk = officer("head", ("APPROVER", BODY)), officer("clerk", ("CLERK", BODY))
    phone.post(reverse("ratings:rate", args=[invitation.pk]), {"level": "2", "tags": ["needless-papers"]})
    number = LowRating.objects.get().number
    assert number in head.get(reverse("ratings:desk")).content.decode()
    assert clerk.get(reverse("ratings:desk")).status_code == 403
    assert clerk.post(reverse("ratings:move-low", args=[number, "verify"])).status_code == 403
    assert head.post(reverse("ratings:move-low", args=[number, "verify"]), {"words": "短"}).status_code == 422
    for name, words in (
        ("verify", "电话回访，情况属实"),
        ("put_right", "不再要这份材料"),
        ("answer", "已改正，谢谢您"),
    ):
        assert head.post(reverse("ratings:move-low", args=[number, name]), {"words": words}).status_code == 302
    page = phone.get(reverse("ratings:rate", args=[invitation.pk])).content.decode()
    assert "已改正，谢谢您" in page
    assert phone.post(reverse("ratings:act", args=[invitation.pk, "confirm"])).status_code == 302
    assert LowRating.objects.get().state == "CONFIRMED"
    assert phone.post(reverse("ratings:act", args=[invitation.pk, "uphold_appeal"])).status_code == 422


def test_a_stranger_of_another_body_does_not_see_it() -> None:
    supervisor()
    phone, invitation = citizen(), open_now()
    phone.post(reverse("ratings:rate", args=[invitation.pk]), {"level": "2"})
    number = LowRating.objects.get().number
    stranger = officer("stranger", ("APPROVER", "120012"))
    assert number not in stranger.get(reverse("ratings:desk")).content.decode()
    assert stranger.get(reverse("ratings:low", args=[number])).status_code == 404
    assert stranger.post(reverse("ratings:move-low", args=[number, "verify"])).status_code == 404


def test_a_screens_address_is_shown_once() -> None:
    head = officer("head", ("APPROVER", BODY))
    page = reverse("ratings:terminals")
    told = head.post(page, {"window": f"{BODY}|5号"}).content.decode()
    assert "/services/ratings/terminal/" in told
    assert "/services/ratings/terminal/" not in head.get(page).content.decode()
    assert head.post(page, {"window": f"{BODY}|5号"}).status_code == 422
    assert head.post(page, {"window": "120012|5号"}).status_code == 403
    assert "请从列表里选择" in head.post(page, {"window": f"{BODY}|随手写的"}).text
