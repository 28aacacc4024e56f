"""Figures as a gateway would have kept them."""

import json
from datetime import datetime

from django.db import connection

from haihe.telemetry.latency import BUCKETS, bucket_of

_ANSWERS = ("MATCH", "NO_MATCH", "FOUND", "NOT_FOUND", "UNKNOWN")


def keep(
    *,
    at: datetime,
    consumer: str,
    owner: str,
    service: str,
    answers: dict[str, int] | None = None,
    told: dict[str, int] | None = None,
    refused: int = 0,
    faults: int = 0,
    took_s: float = 0.002,
    kind: str = "VERIFY",
    gateway: str = "one",
) -> None:
    """Keep one minute of one cell; each answer and each refusal is one call that took `took_s`."""
    calls = sum((answers or {}).values()) + refused
    buckets = [0] * BUCKETS
    buckets[bucket_of(took_s)] = calls
    row = {
        "minute": int(at.timestamp()) // 60, "consumer": consumer, "owner": owner, "service": service, "kind": kind,
        "calls": calls, "answers": dict.fromkeys(_ANSWERS, 0) | (answers or {}), "refused": refused, "faults": faults,
        "seconds": calls * took_s, "buckets": buckets, "told": told or {},
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT gateway_keep_figures(%s, %s::jsonb)", [gateway, json.dumps([row])])


def empty_figures() -> None:
    """Forget what gateways counted: those of tests that run one stay in the table, which Django doesn't know."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM gateway_figures")
