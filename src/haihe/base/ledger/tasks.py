"""Background work of the ledger: seal each minute, audit each night and when an auditor asks."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.base.ledger import operations
from haihe.base.ledger.audit import record_audit

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


@app.periodic(cron="30 3 * * *")
@app.task(name="ledger.audit", queue="base", queueing_lock="ledger.audit", lock="ledger.audit")
def audit(timestamp: int) -> None:
    """Check the whole ledger and keep the result for the auditor."""
    run = record_audit(clock=timezone.now)
    if not run.is_clean:
        _log.error("the audit found the ledger altered: %s", run.report["findings"][:10])
