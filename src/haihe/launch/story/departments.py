"""Two departments agree on a use of data: `python -m haihe.launch.story.departments request | approve ID`.

A process beside the running city, with its settings. It does what the people of the cast would do at their desks, by
the operations that pages use, and asks the gateway as the housing-fund centre's system does. Prints one JSON object.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

LEGAL_BASIS = "《住房公积金管理条例》第二十四条第一款第六项"
PURPOSE = "HOUSING_FUND_RENT_WITHDRAWAL"
_HEARD_WITHIN_S = 15.0


def request() -> dict[str, Any]:
    """The asker's steward requests; nobody has agreed yet, so the gateway refuses."""
    from haihe.base.accounts.api import actor_for
    from haihe.city import cast
    from haihe.data.sharing import api as sharing

    application = sharing.Application(
        applicant=cast.HOUSING_FUND_CENTRE,
        service="relief-status",
        claims=("on_relief",),
        purpose=PURPOSE,
        item="housing-fund-rent-withdrawal",
        legal_basis=LEGAL_BASIS,
        scenario="低保家庭提取住房公积金支付房租时，核验申请人今天是否享受最低生活保障，替代低保证明。",
        duration_months=12,
        quota_per_day=2_000,
        token=uuid4(),
    )
    made = sharing.request_sharing(actor=actor_for("steward_gjj"), application=application, now=datetime.now(UTC))
    return {"request": str(made)} | _ask()


def approve(request_id: str) -> dict[str, Any]:
    """The asker's head approves, then the owner's; each out of turn or out of place is refused first."""
    from django.utils import timezone

    from haihe.base.accounts.api import actor_for
    from haihe.data.sharing import api as sharing

    def move(username: str, name: str) -> None:
        sharing.move_request(actor=actor_for(username), request_id=UUID(request_id), name=name, now=datetime.now(UTC))

    refused = {
        "owner before the asker's own office": _is_refused(lambda: move("approver_mzj", "approve")),
        "a steward instead of the head": _is_refused(lambda: move("steward_gjj", "approve_by_office")),
        "an outsider": _is_refused(lambda: move("outsider", "approve_by_office")),
    }
    move("approver_gjj", "approve_by_office")
    made = sharing.approve_request(actor=actor_for("approver_mzj"), request_id=UUID(request_id), now=datetime.now(UTC))
    grant = sharing.grant(made)
    if grant is None:
        raise LookupError(f"grant {made}")
    return {
        "number": grant.request_number,
        "state": grant.state,
        "valid_until": timezone.localdate(grant.valid_until).isoformat(),
        "refused": refused,
    } | _ask_until_heard()


def _ask_until_heard() -> dict[str, Any]:
    """Ask until the gateway has heard of the grant."""
    started = time.monotonic()
    while "answer" not in (said := _ask()) and time.monotonic() - started < _HEARD_WITHIN_S:
        time.sleep(0.1)
    return said | {"heard_after_s": round(time.monotonic() - started, 1)}


def _ask() -> dict[str, Any]:
    from haihe.city import cast
    from haihe.data.sharing import api as sharing

    try:
        said = sharing.gateway_verifier().verify(
            organisation=cast.HOUSING_FUND_CENTRE,
            service="relief-status",
            id_number=str(cast.LIU.id_number),
            name=cast.LIU.name,
            purpose=PURPOSE,
            case="TRIAL-1",
        )
    except sharing.QuestionRefused as refusal:
        return {"problem": refusal.problem.slug}
    return {"answer": str(said.answer), "evidence": said.evidence}


def _is_refused(act: Callable[[], None]) -> bool:
    from haihe.base.accounts.api import NotPermitted
    from haihe.data.sharing import api as sharing

    try:
        act()
    except (NotPermitted, sharing.SharingError):
        return True
    return False


def main(verb: str, *words: str) -> None:
    import django

    django.setup()
    print(json.dumps(request() if verb == "request" else approve(*words)))


if __name__ == "__main__":
    main(*sys.argv[1:])
