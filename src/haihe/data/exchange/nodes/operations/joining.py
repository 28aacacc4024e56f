"""A node comes with its code and gets what lets it in; later it renews that by itself."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from haihe.data.exchange.nodes.issuing import credentials_for, orders_for, root_certificate, signing_key
from haihe.data.exchange.nodes.models import Node, NodeKey
from haihe.data.exchange.nodes.operations.delivering import send_again
from haihe.data.exchange.nodes.operations.inviting import hashed
from haihe.data.exchange.nodes.operations.noting import move
from haihe.data.exchange.nodes.wire import Credentials, JoinRequest, RenewRequest, Welcome
from haihe.data.exchange.nodes.workflow import Part
from haihe.kernel import certificates
from haihe.kernel.nkeys import BadNkey
from haihe.kernel.sealed_pieces import Sealer
from haihe.kernel.workflow import ForbiddenMove

_VERSION_LENGTH = 32


class CodeRefused(Exception):
    """No node waits with this code (now), or what came with it can't be used."""


@transaction.atomic
def join(request: JoinRequest, *, now: datetime) -> Welcome:
    """Let a node in, once for each code; what was issued to it before is void. Raises: CodeRefused."""
    node = Node.objects.select_for_update(of=("self",)).filter(code_sha256=hashed(request.code)).first()
    if node is None or node.code_expires_at is None or node.code_expires_at <= now:
        raise CodeRefused("no such code")
    try:
        Sealer.to(request.sealing_key)
        given, serial = credentials_for(
            node.name, user=request.user, certificate_request=request.certificate_request, now=now
        )
        move(node, "join", part=Part.NODE, now=now, serial=serial)
    except (BadNkey, certificates.BadRequest, ValueError, ForbiddenMove) as fault:
        raise CodeRefused(str(fault)) from fault
    node.keys.filter(revoked_at__isnull=True).update(revoked_at=now)
    send_again(node.name)
    _keep(node, request.user, given, serial, now)
    node.code_sha256, node.code_expires_at = "", None
    node.sealing_key, node.joined_at, node.version = request.sealing_key, now, request.version[:_VERSION_LENGTH]
    node.save()
    return Welcome(
        node=node.name,
        hub=settings.HAIHE.hub_address,
        root=root_certificate(),
        signing_key=signing_key(),
        credentials=given,
        orders=orders_for(node, now=now),
    )


@transaction.atomic
def renew(name: str, request: RenewRequest, *, now: datetime) -> Credentials:
    """Issue new credentials for the user that a node has. Raises: CodeRefused, where it isn't let in any more."""
    node = Node.objects.select_for_update(of=("self",)).filter(pk=name).first()
    newest = node.keys.filter(revoked_at__isnull=True).first() if node else None
    if node is None or newest is None:
        raise CodeRefused("nothing to renew")
    try:
        given, serial = credentials_for(
            name, user=newest.user, certificate_request=request.certificate_request, now=now
        )
        move(node, "renew", part=Part.NODE, now=now, serial=serial)
    except (certificates.BadRequest, ForbiddenMove) as fault:
        raise CodeRefused(str(fault)) from fault
    _keep(node, newest.user, given, serial, now)
    return given


def _keep(node: Node, user: str, given: Credentials, serial: str, now: datetime) -> None:
    NodeKey.objects.create(
        node=node,
        user=user,
        issued_at=now,
        claims_expire_at=given.claims_expire_at,
        certificate_serial=serial,
        certificate_expires_at=given.certificate_expires_at,
    )
