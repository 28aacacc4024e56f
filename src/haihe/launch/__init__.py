"""Start and watch the processes of one machine: embedded PostgreSQL and NATS, web, gateway, worker."""
