"""A new node, and the one-time code with which it joins."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.city import api as city
from haihe.data.exchange.nodes.errors import InputRefused, NotFound
from haihe.data.exchange.nodes.models import Level, Node
from haihe.data.exchange.nodes.operations.noting import move, note
from haihe.data.exchange.nodes.workflow import Part
from haihe.kernel import node_subjects as subjects
from haihe.kernel.text import tidy

CODE_LIVES = timedelta(hours=24)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS, _GROUP = 5, 5
_MOST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Invitation:
    """`code` is shown once, to whom asked for it; only its hash is kept."""

    node: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A node as an operator describes it. `parent` is the name of the node it stands below, or empty."""

    name: str
    title: str
    organisation: str
    level: Level
    parent: str = ""


@transaction.atomic
def plan_node(*, actor: Actor, plan: Plan, now: datetime) -> Invitation:
    """Make a node and invite it. Raises: NotPermitted, InputRefused."""
    require(actor, Role.OPERATOR)
    if not subjects.NAME.fullmatch(plan.name):
        raise InputRefused(_("名称由 3 至 32 个小写字母、数字和连字符组成，以字母开头。"))
    if Node.objects.filter(pk=plan.name).exists():
        raise InputRefused(_("已有同名的前置机。"))
    if city.organisation(plan.organisation) is None:
        raise InputRefused(_("机构名录中没有这个单位。"))
    node = Node(
        name=plan.name,
        title=tidy(plan.title)[:_MOST_TITLE] or plan.name,
        organisation=plan.organisation,
        level=plan.level,
        parent=_parent(plan.parent),
        created_at=now,
    )
    invitation = _give_code(node, now)
    node.save(force_insert=True)
    note(node, "plan", part=Part.AUTHORITY, actor=actor, now=now)
    return invitation


@transaction.atomic
def invite(*, actor: Actor, name: str, now: datetime) -> Invitation:
    """Give a node a new code; the one before is void. A node that was revoked may come back with it.

    Raises: NotPermitted, NotFound.
    """
    require(actor, Role.OPERATOR)
    node = Node.objects.select_for_update().filter(pk=name).first()
    if node is None:
        raise NotFound(name)
    move(node, "invite", part=Part.AUTHORITY, actor=actor, now=now)
    invitation = _give_code(node, now)
    node.save(update_fields=["state", "code_sha256", "code_expires_at"])
    return invitation


def hashed(code: str) -> str:
    """Return what is kept of a code: it is long and random, so a plain hash doesn't give it away."""
    return sha256("".join(letter for letter in code.upper() if letter.isalnum()).encode()).hexdigest()


def _give_code(node: Node, now: datetime) -> Invitation:
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    node.code_sha256, node.code_expires_at = hashed(code), now + CODE_LIVES
    return Invitation(node.name, code, node.code_expires_at)


def _parent(name: str) -> Node | None:
    if not name:
        return None
    parent = Node.objects.filter(pk=name).first()
    if parent is None:
        raise InputRefused(_("没有这台上级前置机。"))
    return parent
