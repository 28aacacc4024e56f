"""Ways out of the house: what an e-mail or short-message adapter is to do. There is none yet."""

from typing import Any, Protocol

from django.utils import translation

from haihe.base.notices.desks import Address, Desk, Person
from haihe.base.notices.models import Notice
from haihe.base.notices.operations import NOTICE_TOLD
from haihe.base.notices.words import say
from haihe.base.outbox import api as outbox

_LANGUAGE = "zh-hans"


class Carrier(Protocol):
    """Carries notices to people who aren't looking at the screen."""

    @property
    def name(self) -> str:
        """Its name in the outbox; the same from release to release."""
        ...

    def carry(self, *, to: Address, text: str, path: str, notice_id: int) -> None:
        """Deliver. Called at least once per notice (`notice_id` betrays a second time); raise to be called again."""
        ...


def carry_with(carrier: Carrier) -> None:
    """Give each notice told from now on to the carrier; call it from `AppConfig.ready`."""

    def carry(payload: dict[str, Any]) -> None:
        row = Notice.objects.filter(pk=payload["notice"]).first()
        if row is None:
            return
        to = Person(row.user) if row.user else Desk(row.role, row.organisation)
        with translation.override(_LANGUAGE):
            carrier.carry(to=to, text=say(row.kind, row.facts), path=row.path, notice_id=row.pk)

    carry.__qualname__ = f"carry_with.{carrier.name}"
    outbox.subscribe(NOTICE_TOLD)(carry)
