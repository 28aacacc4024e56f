"""Django foundation: accounts, ledger, outbox, jobs."""
