"""Whoever was served rates once, by phone, link or screen; nobody rates for others, twice, or what they handled."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from haihe.base.accounts.api import SIGNED_OUT, Actor
from haihe.base.outbox.testing import announced
from haihe.platforms.services.ratings import api, links, operations, queries
from haihe.platforms.services.ratings.errors import AlreadyRated, Expired, HandlerRates, InputRefused, NotFound
from haihe.platforms.services.ratings.models import Channel, Invitation, LowRating, Rating, RatingWeek
from haihe.platforms.services.ratings.operations import Said
from haihe.platforms.services.ratings.testing import (
    BODY,
    ITEM,
    NOW,
    RATER_KEY,
    invited,
    judge,
    rated,
    rater,
    supervisor,
    windows_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _windows() -> Iterator[None]:
    with windows_named("1号", "3号窗口"):
        yield


def test_one_case_one_invitation_however_often_it_is_asked_for() -> None:
    asked = [
        api.invite(subject_number="GJJ-1", item_slug=ITEM, authority=BODY, holder=RATER_KEY, now=NOW) for _ in range(2)
    ]
    assert asked[0] == asked[1]
    assert RatingWeek.objects.get().invited == 1
    assert api.invitation_of("GJJ-1", now=NOW) == asked[0]
    assert api.invitation_of("GJJ-2", now=NOW) is None


def test_a_visit_has_a_window() -> None:
    with pytest.raises(ValueError, match="window"):
        api.invite(subject_number="A001", item_slug="", authority=BODY, kind=api.VISIT, now=NOW)
    made = api.invite(
        subject_number="A001", item_slug="", authority=BODY, kind=api.VISIT, window="3号", channel=api.WINDOW, now=NOW
    )
    assert made.is_open


def test_one_case_one_rating_and_it_stays() -> None:
    who, invitation = rater(), invited(holder=RATER_KEY)
    rated(invitation, 5, by=who)
    with pytest.raises(AlreadyRated):
        rated(invitation, 1, by=who)
    assert Rating.objects.get().level == 5
    assert not LowRating.objects.exists()
    assert [event["level"] for event in announced("services.rated")] == [5]


def test_a_handler_rates_nothing_they_handled_even_with_the_link() -> None:
    clerk = supervisor("clerk")
    assert clerk.user_id
    invitation = invited(handlers=[clerk.user_id])
    with pytest.raises(HandlerRates):
        rated(invitation, 5, by=clerk)
    assert not Rating.objects.exists()


def test_anothers_occasion_does_not_exist() -> None:
    invitation, stranger = invited(holder=RATER_KEY), rater("stranger", b"s" * 16)
    with pytest.raises(NotFound):
        queries.own_invitation(stranger, invitation.pk)
    no_citizen = Actor(stranger.user_id, "", frozenset({("CLERK", BODY)}), RATER_KEY)
    with pytest.raises(NotFound):
        queries.own_invitation(no_citizen, invitation.pk)
    assert queries.own_invitation(rater("holder"), invitation.pk) == invitation


def test_a_link_can_not_be_guessed_and_its_secret_is_not_kept() -> None:
    invitation = invited()
    token = links.token_of(invitation.pk)
    assert len(token) >= 22
    assert queries.invitation_by_link(token) == invitation
    assert token.encode() not in bytes(Invitation.objects.get().token_hash)
    for guess in (
        str(invitation.pk),
        invitation.subject_number,
        token[:-1],
        token + "A",
        links.follow_token_of(invitation.pk),
    ):
        with pytest.raises(NotFound):
            queries.invitation_by_link(guess)


def test_a_low_rating_is_followed_by_its_own_secret_and_only_once_it_is_given() -> None:
    invitation = invited()
    follow = links.follow_token_of(invitation.pk)
    with pytest.raises(NotFound):
        queries.invitation_to_follow(invitation.pk, follow)
    rated(invitation, 1, by=SIGNED_OUT)
    assert queries.invitation_to_follow(invitation.pk, follow) == invitation
    with pytest.raises(NotFound):
        queries.invitation_to_follow(invitation.pk, links.token_of(invitation.pk))


def test_an_occasion_ends_after_thirty_days() -> None:
    invitation = invited()
    with pytest.raises(Expired):
        rated(invitation, 5, by=SIGNED_OUT, now=NOW + timedelta(days=30))


@pytest.mark.parametrize("level", [0, 6, -1, 50])
def test_there_are_five_levels(level: int) -> None:
    with pytest.raises(InputRefused):
        rated(invited(), level, by=SIGNED_OUT)


def test_reasons_fit_the_level_and_others_are_left_out() -> None:
    invitation = invited()
    said = Said(4, tags=("quick", "unfriendly", "no-such", "<script>"), words="  好\x00的 ")
    operations.rate(actor=SIGNED_OUT, invitation=invitation.pk, said=said, channel=Channel.LINK, now=NOW)
    kept = Rating.objects.get()
    assert (kept.tags, kept.words) == (["quick"], "好的")


def test_words_have_an_end() -> None:
    with pytest.raises(InputRefused):
        rated(invited(), 4, by=SIGNED_OUT, words="长" * 501)


def test_a_screen_shows_only_the_newest_at_its_own_window() -> None:
    head = supervisor()
    token = operations.open_terminal(actor=head, organisation=BODY, window="3号窗口", now=NOW)
    screen = queries.terminal_by_token(token)
    since = NOW - timedelta(minutes=5)
    invited("A001", window="4号窗口")
    assert queries.newest_at(screen, since=since, now=NOW) is None
    first = invited("A002", window="3号窗口")
    assert queries.newest_at(screen, since=since, now=NOW) == first
    second = invited("A003", window="3号窗口", now=NOW + timedelta(seconds=1))
    assert queries.newest_at(screen, since=since, now=NOW + timedelta(seconds=1)) == second
    rated(second, 5, by=SIGNED_OUT, now=NOW + timedelta(seconds=2))
    assert queries.newest_at(screen, since=since, now=NOW + timedelta(seconds=2)) is None
    assert queries.newest_at(screen, since=NOW + timedelta(minutes=1), now=NOW) is None


def test_a_screen_that_was_closed_leads_nowhere_and_others_can_not_close_it() -> None:
    head, other = supervisor(), supervisor("other", "120012")
    token = operations.open_terminal(actor=head, organisation=BODY, window="1号", now=NOW)
    pk = queries.terminal_by_token(token).pk
    with pytest.raises(InputRefused, match="已有"):
        operations.open_terminal(actor=head, organisation=BODY, window="1号", now=NOW)
    with pytest.raises(NotFound):
        operations.close_terminal(actor=other, pk=pk, now=NOW)
    operations.close_terminal(actor=head, pk=pk, now=NOW)
    with pytest.raises(NotFound):
        queries.terminal_by_token(token)


def test_the_week_counts_by_level() -> None:
    judge()
    for number, level in enumerate([5, 5, 4, 3, 1]):
        rated(invited(f"GJJ-{number}"), level, by=SIGNED_OUT)
    week = RatingWeek.objects.get()
    assert (week.invited, week.very_good, week.good, week.fair, week.bad, week.very_bad) == (5, 2, 1, 1, 0, 1)
    assert str(week.week) == "2026-11-23"
