"""What sharing announces, inside the transaction in which it becomes true."""

from datetime import datetime

from haihe.base.outbox import api as outbox
from haihe.data.sharing.models import Client, CorrectedData, Correction, CorrectionNotice, Grant, Service

GRANT_CHANGED = "sharing.grant_changed"
CLIENT_ENABLED = "sharing.client_enabled"
SERVICE_STARTED = "sharing.service_started"
DATA_CORRECTED = "sharing.data_corrected"
CORRECTION_ANSWERED = "sharing.correction_answered"
CORRECTION_IN_USE = "sharing.correction_in_use"


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


def announce_corrected(notice: CorrectionNotice, *, corrected_at: datetime) -> None:
    """Tell that a consumer was given an answer from data that has been corrected: it can be asked for anew."""
    outbox.announce(
        DATA_CORRECTED,
        {
            "notice": notice.pk,
            "consumer": notice.consumer,
            "service": notice.service,
            "case": notice.case,
            "evidence": str(notice.evidence),
            "corrected_at": corrected_at.isoformat(),
        },
    )


def announce_answer(row: Correction) -> None:
    """Tell that a report of wrong data has come to its end: corrected, rejected or withdrawn."""
    outbox.announce(CORRECTION_ANSWERED, {"correction": row.number, "owner": row.owner, "state": row.state})


def announce_in_use(data: CorrectedData) -> None:
    """Tell that the data in use have what a report led to."""
    outbox.announce(CORRECTION_IN_USE, {"correction": data.correction.number, "in_use_at": data.in_use_at.isoformat()})
