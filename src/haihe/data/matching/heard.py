"""What other rooms announce and comparisons act on."""

from typing import Any

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.sharing import api as sharing


@outbox.subscribe(sharing.CORRECTION_ANSWERED)
def bring_the_answer_to_leads(payload: dict[str, Any]) -> None:
    """A source answered a report of wrong data."""
    from haihe.data.matching.operations.correcting import hear_answer

    hear_answer(str(payload["correction"]), now=timezone.now())


@outbox.subscribe(sharing.CORRECTION_IN_USE)
def tell_leads_of_corrected_data(payload: dict[str, Any]) -> None:
    """The data in use have a correction."""
    from haihe.data.matching.operations.correcting import hear_in_use

    hear_in_use(str(payload["correction"]), now=timezone.now())
