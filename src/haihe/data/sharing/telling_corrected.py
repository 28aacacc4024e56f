"""Consumers hear that answers they got have been corrected."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import ngettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.sharing import wording
from haihe.data.sharing.models import Correction, CorrectionNotice

_CORRECTED: Final = "sharing.corrected"


def tell_consumers(row: Correction, told: Iterable[CorrectionNotice], *, now: datetime) -> None:
    """Tell each consumer's desk once that answers it got have been corrected, with the way to the list of them."""
    counted = Counter(notice.consumer for notice in told)
    for consumer, count in counted.items():
        facts = {"owner": row.owner, "number": row.number, "n": count}
        notices.tell(
            to=[Desk(Role.STEWARD, consumer)],
            kind=_CORRECTED,
            key=f"{_CORRECTED}:{row.pk}",
            facts=facts,
            path=reverse("sharing:corrected"),
            now=now,
        )


@notices.words(_CORRECTED)
def _say_corrected(facts: Facts) -> str:
    told = {"owner": wording.organisation_name(facts["owner"]), "number": facts["number"], "n": facts["n"]}
    return (
        ngettext(
            "%(owner)s 更正了数据（%(number)s）：本单位有 %(n)s 件用过更正前的答复，请重新核验。",
            "%(owner)s 更正了数据（%(number)s）：本单位有 %(n)s 件用过更正前的答复，请重新核验。",
            int(facts["n"]),
        )
        % told
    )
