"""What the desks of a window are told while they aren't looking."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.platforms.services.models import Case, Verification

_TO_REVIEW: Final = "services.to_review"


def tell_to_review(case: Case, one: Verification, *, now: datetime) -> None:
    """Tell the clerks that the answer which a case rests on has been corrected."""
    notices.tell(
        to=[Desk(Role.CLERK, case.organisation)],
        kind=_TO_REVIEW,
        key=f"{_TO_REVIEW}:{one.pk}",
        facts={"number": case.number},
        path=reverse("services:desk-case", args=[case.number]),
        now=now,
    )


@notices.words(_TO_REVIEW)
def _say_to_review(facts: Facts) -> str:
    return gettext("办件 %(number)s 的答复已更正，请复核。") % {"number": facts["number"]}
