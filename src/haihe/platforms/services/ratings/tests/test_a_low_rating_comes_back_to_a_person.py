"""A low rating comes to somebody who handled nothing, with a clock; the rater has the last word but one."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.base.accounts.api import SIGNED_OUT, Actor, NotPermitted
from haihe.base.notices.models import Notice
from haihe.platforms.services.ratings import operations, queries
from haihe.platforms.services.ratings.errors import InputRefused, NotFound, NotNow, RatingError
from haihe.platforms.services.ratings.models import Invitation, LowRating, LowRatingEvent, Rating, RatingWeek
from haihe.platforms.services.ratings.operations.moving import move_by_rater
from haihe.platforms.services.ratings.testing import NOW, invited, judge, low_rated, rated, rater, supervisor
from haihe.platforms.services.ratings.workflow import LOW_RATING, LowState

pytestmark = pytest.mark.django_db
WORDS = "已电话联系评价人"


def do(low: LowRating, name: str, by: Actor, *, words: str = WORDS, now: datetime = NOW) -> None:
    operations.move(actor=by, number=low.number, name=name, words=words, now=now)


def says(low: LowRating, name: str, *, words: str = "", now: datetime = NOW) -> None:
    move_by_rater(invitation=Invitation.objects.get(rating__low=low), name=name, words=words, now=now)


def state(low: LowRating) -> str:
    return LowRating.objects.get(pk=low.pk).state


def test_it_comes_to_a_person_with_two_working_days() -> None:
    head = supervisor()
    low = low_rated(by=rater())
    assert (low.assigned_to, low.number) == (head.user_id, "CP-20261123-0001")
    assert low.due_at is not None
    assert timezone.localdate(low.due_at).isoformat() == "2026-11-25"
    assert Notice.objects.get(kind="ratings.low_opened").user == head.user_id


def test_it_comes_to_who_has_least_to_do_and_never_to_a_handler() -> None:
    first, second = supervisor("first"), supervisor("second")
    assert first.user_id
    assert second.user_id
    rated(invited("GJJ-1", handlers=[first.user_id]), 1, by=SIGNED_OUT)
    rated(invited("GJJ-2"), 1, by=SIGNED_OUT)
    rated(invited("GJJ-3", handlers=[second.user_id]), 2, by=SIGNED_OUT)
    assert list(LowRating.objects.order_by("id").values_list("assigned_to", flat=True)) == [
        second.user_id,
        first.user_id,
        first.user_id,
    ]


def test_where_a_body_has_nobody_else_the_authority_sees_to_it_at_once() -> None:
    head, over = supervisor(), judge()
    assert head.user_id
    rated(invited(handlers=[head.user_id]), 1, by=SIGNED_OUT)
    low = LowRating.objects.get()
    assert (low.assigned_to, low.reported_at) == (None, NOW)
    assert Notice.objects.get(kind="ratings.low_opened").role == "OPERATOR"
    with pytest.raises(NotFound):
        queries.low_rating_for(head, low.number)
    do(low, "verify", over)
    assert state(low) == LowState.VERIFIED


def test_visited_back_put_right_answered_and_confirmed() -> None:
    head, who = supervisor(), rater()
    low = low_rated(by=who)
    do(low, "verify", head)
    do(low, "put_right", head)
    do(low, "answer", head, words="窗口已改为只收一次材料")
    low.refresh_from_db()
    assert (low.answer, low.answered_in_time, low.verified_at) == ("窗口已改为只收一次材料", True, NOW)
    says(low, "confirm")
    assert state(low) == LowState.CONFIRMED
    assert [event.name for event in LowRatingEvent.objects.all()] == [
        "open",
        "verify",
        "put_right",
        "answer",
        "confirm",
    ]
    with pytest.raises(NotNow):
        says(low, "confirm")


def test_a_rater_who_is_not_content_is_heard_by_somebody_of_another_body() -> None:
    head, over = supervisor(), judge()
    low = low_rated(by=rater())
    do(low, "verify", head)
    do(low, "explain", head)
    with pytest.raises(InputRefused):
        says(low, "object", words="不行")
    says(low, "object", words="材料还是要交两遍")
    with pytest.raises(NotPermitted):
        do(low, "conclude", head)
    do(low, "send_back", over)
    do(low, "put_right", head)
    do(low, "answer", head)
    says(low, "object", words="还是没有解决")
    do(low, "conclude", over)
    assert state(low) == LowState.CONCLUDED


def test_an_appeal_is_decided_by_another_body_and_then_does_not_count() -> None:
    head, over = supervisor(), judge()
    low = low_rated(by=rater())
    do(low, "appeal", head, words="评价的是另一个单位的事")
    with pytest.raises(NotPermitted):
        do(low, "uphold_appeal", head)
    do(low, "uphold_appeal", over)
    assert state(low) == LowState.EXCLUDED
    assert (RatingWeek.objects.get().bad, Rating.objects.get().level) == (0, 2)


def test_an_appeal_is_made_once() -> None:
    head, over = supervisor(), judge()
    low = low_rated(by=rater())
    do(low, "appeal", head)
    do(low, "reject_appeal", over)
    with pytest.raises(NotNow, match="一次"):
        do(low, "appeal", head)


def test_the_judge_of_a_body_is_not_of_that_body() -> None:
    """The centre's own low ratings are judged by nobody of the centre."""
    head, own = supervisor(), judge()
    low = low_rated(by=rater())
    do(low, "appeal", head)
    LowRating.objects.update(organisation="120001")
    with pytest.raises(NotPermitted):
        do(low, "uphold_appeal", own)


def test_what_is_late_is_reported_and_then_the_authority_may_act_too() -> None:
    head, over = supervisor(), judge()
    low = low_rated(by=rater())
    assert operations.sweep(now=NOW + timedelta(days=2)) == 0
    with pytest.raises(NotPermitted):
        do(low, "verify", over)
    late = NOW + timedelta(days=3)
    assert operations.sweep(now=late) == 1
    assert operations.sweep(now=late) == 0
    told = Notice.objects.filter(kind="ratings.late").values_list("role", flat=True)
    assert sorted(told) == ["APPROVER", "OPERATOR"]
    do(low, "verify", over, now=late)
    assert state(low) == LowState.VERIFIED
    do(low, "explain", head, now=late + timedelta(days=20))
    low.refresh_from_db()
    assert low.answered_in_time is False


def test_a_rater_who_says_nothing_more_is_not_waited_for_for_ever() -> None:
    head = supervisor()
    low = low_rated(by=rater())
    do(low, "verify", head)
    do(low, "explain", head)
    assert operations.sweep(now=NOW + timedelta(days=13)) == 0
    assert operations.sweep(now=NOW + timedelta(days=20)) == 1
    assert state(low) == LowState.LAPSED
    with pytest.raises(NotNow):
        says(low, "object", words="太晚才看到答复", now=NOW + timedelta(days=20))


def test_words_are_needed_where_something_is_told() -> None:
    head = supervisor()
    low = low_rated(by=rater())
    with pytest.raises(InputRefused):
        do(low, "verify", head, words="好")


def test_colleagues_of_another_body_and_the_rater_see_nothing() -> None:
    supervisor()
    stranger = supervisor("stranger", "120012")
    low = low_rated(by=rater())
    with pytest.raises(NotFound):
        do(low, "verify", stranger)
    own = Actor(stranger.user_id, "", frozenset({("APPROVER", "120040")}), bytes(range(16)))
    with pytest.raises(NotFound):
        do(low, "verify", own)


def test_a_colleague_may_take_it_over_and_a_stranger_not() -> None:
    supervisor("a-head")
    low = low_rated(by=rater())
    colleague = supervisor("b-head")
    operations.assign(actor=colleague, number=low.number, now=NOW)
    assert LowRating.objects.get().assigned_to == colleague.user_id
    with pytest.raises(NotPermitted):
        operations.assign(actor=judge(), number=low.number, now=NOW)


def test_neither_a_rating_nor_its_history_can_be_changed() -> None:
    supervisor()
    low_rated(by=rater())
    for model in (Rating, LowRatingEvent):
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            model._default_manager.update(words="x")
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            model._default_manager.all()._raw_delete("default")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted({move.name for move in LOW_RATING.moves} | {"sweep"})), max_size=14))
def test_whatever_is_tried_it_stays_within_the_table(names: list[str]) -> None:
    with transaction.atomic():
        head, over, who = supervisor(), judge(), rater()
        low = low_rated(by=who)
        now = NOW
        for name in names:
            before, now = state(low), now + timedelta(days=1)
            if name == "sweep":
                operations.sweep(now=now)
                continue
            for by in (head, over, None):
                try:
                    if by is None:
                        says(low, name, words="还没有解决", now=now)
                    else:
                        do(low, name, by, now=now)
                except (NotPermitted, RatingError):
                    continue
                assert state(low) == LOW_RATING.move(before, name).target
                break
            row = LowRating.objects.get(pk=low.pk)
            assert (row.ended_at is None) == (row.state not in LOW_RATING.terminal)
            assert row.ended_at is not None or row.due_at is not None
        transaction.set_rollback(True)
