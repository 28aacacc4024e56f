"""What holders and desks are told of certificates while they aren't looking."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role, user_with
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts, Person
from haihe.platforms.services.certificates.definitions import shipped
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.workflow import TOLD

_CHANGED: Final = "services_certificates.changed"
_PROPOSED: Final = "services_certificates.proposed"


def tell_holder(row: Certificate, name: str, *, now: datetime) -> None:
    """Tell the holder, or whoever keeps it, where they have an account to be told by."""
    user = user_with(bytes(row.subject_key), now=now)
    if user is None and row.keeper_key is not None:
        user = user_with(bytes(row.keeper_key), now=now)
    if user is None:
        return
    notices.tell(
        to=[Person(user)],
        kind=_CHANGED,
        key=f"{_CHANGED}:{row.number}:{name}:{now.isoformat()}",
        facts={"number": row.number, "kind": row.kind, "name": name},
        path=reverse("certificates:certificate", args=[row.number]),
        now=now,
    )


def tell_approvers(row: Certificate, *, now: datetime) -> None:
    """Tell the approvers of the issuer that something waits for their decision."""
    notices.tell(
        to=[Desk(Role.APPROVER, row.issuer)],
        kind=_PROPOSED,
        key=f"{_PROPOSED}:{row.number}:{now.isoformat()}",
        facts={"number": row.number},
        path=reverse("certificates:desk-certificate", args=[row.number]),
        now=now,
    )


def kind_named(slug: str) -> str:
    """Return what a kind is called, in the reader's language; the slug where a newer version forgot it."""
    kind = shipped().get(slug)
    return str(kind.name) if kind else slug


@notices.words(_CHANGED)
def _say_changed(facts: Facts) -> str:
    what = TOLD.get(str(facts["name"]), facts["name"])
    told = {"kind": kind_named(str(facts["kind"])), "number": facts["number"], "what": what}
    return gettext("您的%(kind)s（%(number)s）：%(what)s。") % told


@notices.words(_PROPOSED)
def _say_proposed(facts: Facts) -> str:
    return gettext("证照 %(number)s 有一项暂扣或撤销的提议，等待您决定。") % {"number": facts["number"]}
