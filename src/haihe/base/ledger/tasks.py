"""Background work of the ledger: seal each minute."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.base.ledger import operations

_log = logging.getLogger("haihe.ledger")


@app.periodic(cron="* * * * *")
@app.task(name="ledger.seal", queue="base", queueing_lock="ledger.seal")
def seal(timestamp: int) -> None:
    """Seal everything that waits."""
    try:
        while batch := operations.seal_pending(now=timezone.now()):
            _log.info("sealed batch %s: %s records", batch.number, batch.size)
    except operations.WritersBusy:
        _log.warning("a transaction that appends to the ledger has been open for seconds; sealing next minute")
