"""Both are told when somebody acts for somebody else: nobody acts in another's name unseen."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from haihe.base.accounts.api import Actor, user_with
from haihe.base.keys import api as keys
from haihe.base.notices import api as notices
from haihe.base.notices.api import Facts, Person
from haihe.platforms.services.forms.ports import Application, Party, PartyKind, Received

_ACTED: Final = "services_forms.acted"
_GIVEN: Final = "services_forms.delegation_given"
_REVOKED: Final = "services_forms.delegation_revoked"


def tell_both(application: Application, *, actor: Actor, received: Received, now: datetime) -> None:
    """Tell the one who acted and, where they have an account, the one whose matter it is."""
    if application.on_behalf_of is None:
        return
    parties = (application.applicant, application.on_behalf_of.party)
    people = {person for party in parties if (person := _account_of(party, now))}
    if people:
        notices.tell(
            to=sorted(people, key=str),
            kind=_ACTED,
            key=f"{_ACTED}:{application.token}",
            facts={"number": received.number},
            path=received.url,
            now=now,
        )


def tell_of_delegation(*, key: str, people: list[Person], path: str, is_given: bool, now: datetime) -> None:
    kind = _GIVEN if is_given else _REVOKED
    notices.tell(to=people, kind=kind, key=f"{kind}:{key}", facts={}, path=path, now=now)


def _account_of(party: Party, now: datetime) -> Person | None:
    if party.kind is not PartyKind.PERSON:
        return None
    user_id = user_with(keys.keyring().subject_key(party.number), now=now)
    return Person(user_id) if user_id else None


@notices.words(_ACTED)
def _say_acted(facts: Facts) -> str:
    return gettext("办件 %(number)s 是代办的：代办人和本人都会收到每一步的通知。") % {"number": facts["number"]}


@notices.words(_GIVEN)
def _say_given(_facts: Facts) -> str:
    return gettext("有一份亲友代办授权已生效，可以查看期限或撤销。")


@notices.words(_REVOKED)
def _say_revoked(_facts: Facts) -> str:
    return gettext("一份亲友代办授权已撤销，不能再凭它代办。")
