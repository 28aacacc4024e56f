"""What sharing announces, inside the transaction in which it becomes true."""

from haihe.base.outbox import api as outbox
from haihe.data.sharing.models import Grant

GRANT_CHANGED = "sharing.grant_changed"


def announce_grant(grant: Grant) -> None:
    """Tell that a grant was made or moved."""
    outbox.announce(
        GRANT_CHANGED,
        {
            "grant": str(grant.id),
            "organisation": grant.organisation,
            "owner": grant.owner,
            "service": grant.service.slug,
            "state": grant.state,
        },
    )
