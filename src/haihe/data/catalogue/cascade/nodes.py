"""Register nodes, and know them again by their token."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.keys import api as keys
from haihe.city import api as city
from haihe.data.catalogue.cascade.errors import NodeNotFound
from haihe.data.catalogue.cascade.models import CatalogueNode, Direction, Language, NodeEvent
from haihe.data.catalogue.errors import EntryRefused
from haihe.kernel.text import tidy

_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{1,15}")
_PREFIX: Final = re.compile(r"12[0A-HJ-NP-Z]")
_TOKEN_FORM: Final = re.compile(r"hhn\.[a-z][a-z0-9-]{1,15}\.[A-Za-z0-9_-]{20,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNode:
    """A node to register. `token` is what we show to it; empty where it only comes to us."""

    slug: str
    name: str
    direction: str
    prefix: str
    division: str = ""
    base_url: str = ""
    language: str = Language.JSON
    token: str = ""
    is_automatic: bool = False


@transaction.atomic
def register_node(*, actor: Actor, node: NewNode, now: datetime) -> str:
    """Register a node and return the token that it shows to us; nobody sees it again.

    Raises: NotPermitted, EntryRefused.
    """
    require(actor, Role.OPERATOR)
    _check(node)
    row = CatalogueNode(
        slug=node.slug,
        name=tidy(node.name),
        direction=node.direction,
        prefix=node.prefix,
        division=node.division,
        base_url=node.base_url.rstrip("/"),
        language=node.language,
        is_automatic=node.is_automatic,
        created_at=now,
    )
    row.sealed_token = _sealed(row, node.token) if node.token else None
    token = _new_token(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise EntryRefused(_("已有同名的节点，或者这个代码开头已属于另一个下级节点。"), field="slug") from None
    record(row, actor, "register", now)
    return token


@transaction.atomic
def renew_token(*, actor: Actor, slug: str, now: datetime) -> str:
    """Return a new token that the node shows to us; the old one ends now. Raises: NotPermitted, NodeNotFound."""
    require(actor, Role.OPERATOR)
    row = _locked(slug)
    token = _new_token(row)
    row.save()
    record(row, actor, "renew_token", now)
    return token


@transaction.atomic
def change_node(
    *,
    actor: Actor,
    slug: str,
    now: datetime,
    token: str = "",
    enabled: bool | None = None,
    is_automatic: bool | None = None,
) -> None:
    """Set what we show to the node, stop or start it, let it go by itself. Raises: NotPermitted, NodeNotFound."""
    require(actor, Role.OPERATOR)
    row = _locked(slug)
    if token:
        row.sealed_token = _sealed(row, token)
        record(row, actor, "set_token", now)
    if enabled is not None and enabled != row.enabled:
        row.enabled = enabled
        record(row, actor, "start" if enabled else "stop", now)
    if is_automatic is not None and is_automatic != row.is_automatic:
        row.is_automatic = is_automatic
        record(row, actor, "automatic" if is_automatic else "by_hand", now)
    row.save()


def node_of_token(header: str) -> CatalogueNode | None:
    """Return the node that shows this Authorization header, or None."""
    kind, _space, token = header.partition(" ")
    if kind.lower() != "bearer" or not _TOKEN_FORM.fullmatch(token):
        return None
    row = CatalogueNode.objects.filter(slug=token.split(".")[1], enabled=True).first()
    known = row.token_hash if row else "-" * 64
    return row if hmac.compare_digest(known, _hash(token)) else None


def token_for(row: CatalogueNode) -> str:
    """Return what we show to the node; "" where it gave us nothing."""
    if row.sealed_token is None:
        return ""
    return keys.keyring().open(bytes(row.sealed_token), context=row.seal_context).decode()


def record(row: CatalogueNode, actor: Actor, name: str, now: datetime, **facts: object) -> None:
    NodeEvent.objects.create(
        node=row,
        at=now,
        name=name,
        part="AUTHORITY" if actor.has(Role.OPERATOR) else "SYSTEM",
        actor_id=actor.user_id,
        actor_name=actor.name,
        facts=facts,
    )


def _check(node: NewNode) -> None:
    if not _SLUG.fullmatch(node.slug):
        raise EntryRefused(_("节点代号用小写字母、数字和短横线，2 至 16 位，字母开头。"), field="slug")
    if not 1 <= len(tidy(node.name)) <= 64:
        raise EntryRefused(_("请填写，不超过 %(n)s 个字。") % {"n": 64}, field="name")
    if node.direction not in Direction.values or node.language not in Language.values:
        raise EntryRefused(_("请从列表中选择。"), field="direction")
    if not _PREFIX.fullmatch(node.prefix):
        raise EntryRefused(_("代码开头为 12 加一位：0 为市级，各区为字母，如 12A。"), field="prefix")
    if node.division and city.division(node.division) is None:
        raise EntryRefused(_("没有这个区划。"), field="division")
    if not _is_address(node.base_url):
        raise EntryRefused(_("地址应以 http:// 或 https:// 开头，不带账号和参数。"), field="base_url")
    if len(node.token) > 200 or not node.token.isascii() or node.token != node.token.strip():
        raise EntryRefused(_("令牌应为对方给出的一串字符，不含空格。"), field="token")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    plain = not (parts.username or parts.query or parts.fragment) and len(url) <= 200
    return not url or (parts.scheme in ("http", "https") and bool(parts.hostname) and plain and "@" not in url)


def _locked(slug: str) -> CatalogueNode:
    row = CatalogueNode.objects.select_for_update().filter(slug=slug).first()
    if row is None:
        raise NodeNotFound
    return row


def _sealed(row: CatalogueNode, token: str) -> bytes:
    return keys.keyring().seal(token.encode(), context=row.seal_context)


def _new_token(row: CatalogueNode) -> str:
    token = f"hhn.{row.slug}.{secrets.token_urlsafe(32)}"
    row.token_hash = _hash(token)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
