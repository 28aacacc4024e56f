"""Receipts: what was read back from the target after a delivery, signed with the installation's ledger key."""

import json
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from haihe.base.keys.api import keyring
from haihe.data.exchange.delivery.models import DataDelivery
from haihe.data.exchange.delivery.ports import Found
from haihe.kernel import canonical

_DOMAIN = b"haihe-delivery-receipt/1\n"


def receipt_of(delivery: DataDelivery, found: Found, *, now: datetime) -> tuple[str, str]:
    """Return the receipt's text and its signature in hex."""
    plan = delivery.plan
    text = canonical.dumps(
        {
            "v": 1,
            "number": delivery.number,
            "kind": delivery.kind,
            "grant": str(delivery.under),
            "consumer": plan.organisation,
            "owner": plan.owner,
            "resource": plan.resource,
            "snapshot": delivery.snapshot,
            "within": plan.within,
            "columns": delivery.columns,
            "target": {"kind": plan.target.kind, "where": found.where},
            "delivered": {"rows": delivery.rows or 0, "digest": delivery.digest},
            **({"changes": delivery.changes} if delivery.changes else {}),
            "found": {"rows": found.rows, "digest": found.digest},
            **({"proof": found.proof} if found.proof else {}),
            "evidence": delivery.evidence,
            "at": now.astimezone(UTC).isoformat(timespec="seconds"),
        }
    )
    return text.decode(), keyring().ledger_private_key.sign(_DOMAIN + text).hex()


def is_genuine(receipt: str, signature: str, public_key: Ed25519PublicKey) -> bool:
    """Tell whether a receipt is as it was signed. Never raises."""
    try:
        public_key.verify(bytes.fromhex(signature), _DOMAIN + receipt.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def read(receipt: str) -> dict[str, Any]:
    """Return what a receipt says."""
    said: dict[str, Any] = json.loads(receipt)
    return said
