"""Where a target may lie: the networks that the operator allows, looked up once; and the folder of dropped files."""

import os
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from haihe.data.exchange.connectors import reach
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.ports import Site
from haihe.data.exchange.delivery.ports import DeliveryFailed, Fault
from haihe.kernel.source_rules import read_networks

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_THIS_MACHINE = ("127.0.0.0/8",)


def target_networks(env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the networks that the operator named; private ones where nothing is said, in the demo this machine too."""
    told = tuple(part.strip() for part in env.get("HAIHE_TARGET_NETWORKS", "").split(",") if part.strip())
    return told or (*PRIVATE, *(_THIS_MACHINE if env.get("HAIHE_DEMO", "0") == "1" else ()))


def drop_root() -> Path:
    """Return the folder below which dropped files lie, one folder for each target's own path."""
    root = Path(settings.HAIHE.data_dir) / "delivered"
    root.mkdir(parents=True, exist_ok=True, mode=0o750)
    return root


def address_of(host: str, port: int) -> str:
    """Return an address of the host that is allowed and answers. Raises: DeliveryFailed."""
    site = Site(read_networks(target_networks()), drop_root(), timezone.now)
    try:
        addresses = reach.addresses_of(host, port, site)
    except FetchFailed:
        raise DeliveryFailed(Fault.ADDRESS) from None
    try:
        return reach.reachable_address(addresses, port)
    except FetchFailed:
        raise DeliveryFailed(Fault.NO_CONNECTION) from None
