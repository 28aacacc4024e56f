"""Each end of a case asks how it was, once; who handled it is kept from rating it."""

import pytest

from haihe.kernel.answers import Answer
from haihe.platforms.services import operations
from haihe.platforms.services.models import Channel
from haihe.platforms.services.ratings.models import Invitation
from haihe.platforms.services.testing import NOW, actor, asked, officer, opened_by, says, take

pytestmark = pytest.mark.django_db
MARKET = "120029"


def invitation(number: str) -> Invitation | None:
    return Invitation.objects.filter(subject_number=number).first()


def test_delivered_by_the_clerk_who_took_it_in() -> None:
    number = asked("liu", says(Answer.MATCH))
    assert invitation(number) is None
    operations.close_case(actor=actor("clerk_gjj"), number=number, now=NOW)
    found = invitation(number)
    assert found
    assert (found.item_slug, found.organisation) == ("housing-fund-relief-withdrawal", "120040")
    assert bytes(found.holder_key or b"") == actor("liu").subject_key
    assert found.handlers == [actor("clerk_gjj").user_id]
    assert found.channel == Channel.WINDOW


def test_refused_by_a_person_and_every_hand_in_it_is_known() -> None:
    number = opened_by("checked")
    take(number, "accept", "accept")
    take(number, "examine")
    head = officer("APPROVER", MARKET)
    take(number, "decide", "decline", by=head)
    found = invitation(number)
    assert found
    assert set(found.handlers) == {officer("CLERK", MARKET).user_id, head.user_id}


def test_not_accepted() -> None:
    number = opened_by("plain")
    take(number, "accept", "refuse")
    assert invitation(number)


def test_taken_back_before_anybody_looked_at_it_there_is_nothing_to_rate() -> None:
    number = opened_by("plain")
    operations.withdraw(actor=actor("liu"), number=number, now=NOW)
    assert invitation(number) is None


def test_taken_back_after_it_was_accepted() -> None:
    number = opened_by("plain")
    take(number, "accept", "accept")
    operations.withdraw(actor=actor("liu"), number=number, now=NOW)
    found = invitation(number)
    assert found
    assert found.handlers == [officer("CLERK", MARKET).user_id]
