"""What sharing announces, inside the transaction in which it becomes true."""

from haihe.base.outbox import api as outbox
from haihe.data.sharing.models import Client, Grant, Service

GRANT_CHANGED = "sharing.grant_changed"
CLIENT_ENABLED = "sharing.client_enabled"
SERVICE_STARTED = "sharing.service_started"


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


def announce_client_enabled(client: Client) -> None:
    """Tell that a department's system may ask (again)."""
    outbox.announce(CLIENT_ENABLED, {"client": client.client_id, "organisation": client.organisation})


def announce_service_started(service: Service) -> None:
    """Tell that a service answers again."""
    outbox.announce(SERVICE_STARTED, {"service": service.slug, "owner": service.owner})
