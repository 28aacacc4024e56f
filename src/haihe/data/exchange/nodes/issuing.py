"""What the centre signs for its nodes: certificates, claims for NATS, orders."""

from datetime import datetime, timedelta
from functools import cache

import msgspec
from django.conf import settings

from haihe.base.keys.api import keyring
from haihe.data.exchange import api as exchange
from haihe.data.exchange.nodes.models import Node, NodeFeed
from haihe.data.exchange.nodes.wire import Credentials, DeliverySlip, FeedOrder, Orders, Signed, encode
from haihe.kernel import certificates
from haihe.kernel.hub_keys import HubKeys
from haihe.kernel.nkeys import Kind, check_public, user_claims
from haihe.kernel.node_subjects import permissions_of

CREDENTIALS_LIVE = timedelta(days=30)


@cache
def hub_keys() -> HubKeys:
    """Return the centre's keys for its nodes, derived once per process."""
    return HubKeys.of(keyring())


def root_certificate() -> str:
    """Return the authority's certificate; the hub wrote it down when it was first started."""
    file = settings.HAIHE.data_dir / "hub" / "root.pem"
    return str(file.read_text())


def credentials_for(node: str, *, user: str, certificate_request: str, now: datetime) -> tuple[Credentials, str]:
    """Issue claims and certificate for the keys of a node; return them and the certificate's serial number.

    Raises: nkeys.BadNkey, certificates.BadRequest.
    """
    keys, until = hub_keys(), now + CREDENTIALS_LIVE
    claims = user_claims(
        keys.nodes,
        check_public(user, Kind.USER),
        node,
        permissions=permissions_of(node),
        issued_at=int(now.timestamp()),
        expires_at=int(until.timestamp()),
    )
    issued = certificates.calling(
        keys.authority, certificates.requested_key(certificate_request), node, now=now, lives=CREDENTIALS_LIVE
    )
    return Credentials(claims, until, issued.pem, issued.expires_at), issued.serial


def orders_for(node: Node, *, now: datetime) -> Signed:
    """Return all that the node is to do, signed."""
    document = encode(
        Orders(
            node=node.name,
            number=node.orders,
            issued_at=now,
            sealing_key=hub_keys().sealing_public,
            feeds=tuple(_order(feed) for feed in node.feeds.filter(enabled=True)),
        )
    )
    return Signed(document, hub_keys().signing.sign(document))


def signed_slip(slip: DeliverySlip) -> Signed:
    document = encode(slip)
    return Signed(document, hub_keys().signing.sign(document))


def signing_key() -> bytes:
    """Return the public key with which a node proves its orders."""
    return hub_keys().signing.public_key().public_bytes_raw()


def _order(feed: NodeFeed) -> FeedOrder:
    return FeedOrder(
        id=feed.id,
        connector=feed.connector,
        settings=msgspec.to_builtins(feed.settings),
        every_s=feed.every_s,
        connection=feed.connection,
        anew=feed.anew,
        deltas=exchange.is_key(feed.resource, feed.settings.get("key", ())),
    )
