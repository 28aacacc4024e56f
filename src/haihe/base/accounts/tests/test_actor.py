import pytest

from haihe.base.accounts import api as accounts
from haihe.base.accounts.models import User


@pytest.mark.django_db
def test_a_user_is_kept() -> None:
    User.objects.create_user("liu", name="刘先生")
    assert User.objects.get(username="liu").name == "刘先生"


def test_a_role_elsewhere_does_not_count() -> None:
    actor = accounts.Actor(None, "外人", frozenset({("STEWARD", "120001")}))
    with pytest.raises(accounts.NotPermitted):
        accounts.require(actor, "STEWARD", organisation="120012")
