"""A desk hears of an occasion once; each of its people reads for themselves; nobody sees another desk's notices."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from haihe.base.accounts.api import SIGNED_OUT
from haihe.base.accounts.testing import make_actor
from haihe.base.notices import operations
from haihe.base.notices.api import Desk, Facts, Person, UnknownKind, notices_of, told, unread_count
from haihe.base.notices.models import Notice
from haihe.base.notices.words import _said, words
from haihe.base.outbox.testing import announced

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STEWARDS = Desk("STEWARD", "120012")


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    @words("test.due")
    def due(facts: Facts) -> str:
        return f"{facts['number']} is due"

    yield
    del _said["test.due"]


def tell(*to: Desk | Person, key: str = "one", now: datetime = NOW) -> int:
    facts = {"number": "GX-1"}
    return len(operations.tell(to=to, kind="test.due", key=key, facts=facts, path="/sharing/", now=now))


def test_the_same_occasion_is_told_once_to_each() -> None:
    assert tell(STEWARDS, STEWARDS, Desk("APPROVER", "120012")) == 2
    assert tell(STEWARDS, Desk("OPERATOR")) == 1
    assert tell(STEWARDS, key="two") == 1
    assert Notice.objects.count() == len(announced("notices.told")) == 4


def test_a_desk_is_whoever_sits_there_and_nobody_else() -> None:
    tell(STEWARDS, Desk("OPERATOR"))
    later, operator = make_actor("later", ("STEWARD", "120012")), make_actor("centre", ("OPERATOR", "120001"))
    head, stranger = make_actor("head", ("APPROVER", "120012")), make_actor("other", ("STEWARD", "120030"))
    counts = [unread_count(actor, now=NOW) for actor in (later, operator, head, stranger, SIGNED_OUT)]
    assert counts == [1, 1, 0, 0, 0]


def test_a_person_is_told_alone() -> None:
    one, another = make_actor("one", ("STEWARD", "120012")), make_actor("another", ("STEWARD", "120012"))
    assert one.user_id
    assert tell(Person(one.user_id), Person(one.user_id)) == 1
    assert (unread_count(one, now=NOW), unread_count(another, now=NOW)) == (1, 0)


def test_each_reads_for_themselves() -> None:
    one, another = make_actor("one", ("STEWARD", "120012")), make_actor("another", ("STEWARD", "120012"))
    tell(STEWARDS)
    tell(STEWARDS, key="two")
    first = notices_of(one, now=NOW).last()
    assert first
    assert operations.mark_read(actor=one, notice_id=first.pk, now=NOW) == 1
    assert operations.mark_read(actor=one, notice_id=first.pk, now=NOW) == 0
    assert (unread_count(one, now=NOW), unread_count(another, now=NOW)) == (1, 2)
    assert operations.mark_read(actor=one, now=NOW) == 1
    assert [each.is_read for each in told(notices_of(one, now=NOW), actor=one)] == [True, True]
    assert operations.mark_read(actor=SIGNED_OUT, now=NOW) == 0


def test_nobody_reads_for_another_desk() -> None:
    tell(STEWARDS)
    stranger = make_actor("other", ("STEWARD", "120030"))
    assert operations.mark_read(actor=stranger, notice_id=Notice.objects.get().pk, now=NOW) == 0


def test_the_count_stops_at_a_hundred_and_old_news_is_none() -> None:
    for number in range(105):
        tell(STEWARDS, key=str(number))
    actor = make_actor("one", ("STEWARD", "120012"))
    assert unread_count(actor, now=NOW) == 100
    assert unread_count(actor, now=NOW + timedelta(days=91)) == 0
    assert operations.forget_old(now=NOW + timedelta(days=364)) == 0
    assert operations.forget_old(now=NOW + timedelta(days=366)) == 105


def test_what_can_not_be_said_or_followed_is_not_told() -> None:
    with pytest.raises(UnknownKind):
        operations.tell(to=[STEWARDS], kind="test.unheard", key="k", facts={}, path="/", now=NOW)
    with pytest.raises(ValueError, match="https"):
        operations.tell(to=[STEWARDS], kind="test.due", key="k", facts={}, path="https://elsewhere", now=NOW)
    assert not Notice.objects.exists()
