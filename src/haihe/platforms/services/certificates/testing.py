"""Factories for tests of certificates, here and a storey higher."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from haihe.base.accounts.api import SYSTEM, Actor, seal_id_number
from haihe.base.accounts.models import Membership, User
from haihe.base.keys import api as keys
from haihe.city import cast
from haihe.kernel.identifiers import make_credit_code
from haihe.platforms.services.certificates import operations
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.operations import Holder

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KIND = "driving-licence"
ISSUER = "120011"
COMPANY, CODE = "天津津味餐饮有限公司", make_credit_code("91120104", 4711)


def citizen(username: str = "liu") -> Actor:
    """Return the citizen of the cast as an actor."""
    person = cast.person(username)
    key = keys.keyring().subject_key(person.id_number or "")
    return Actor(uuid.uuid5(uuid.NAMESPACE_OID, username), person.name, frozenset(person.memberships), key)


def officer(role: str, organisation: str = ISSUER, name: str = "") -> Actor:
    """Return somebody who holds this role in this body, always the same for the same name."""
    named = name or f"{role}-{organisation}"
    return Actor(uuid.uuid5(uuid.NAMESPACE_OID, named), named, frozenset({(role, organisation)}))


def issued(username: str = "liu", *, kind: str = KIND, now: datetime = NOW, **changes: Any) -> Certificate:
    """Issue a certificate to a citizen of the cast."""
    person = cast.person(username)
    told: dict[str, Any] = {
        "fields": {"vehicle_class": "C1", "home": "天津市和平区某路 1 号"},
        "holder": Holder(person.name, person.id_number or ""),
    }
    return operations.issue(actor=SYSTEM, kind=kind, now=now, **(told | changes))


def licence(username: str = "liu", *, now: datetime = NOW, **changes: Any) -> Certificate:
    """Issue a business licence, kept by a citizen of the cast."""
    holder = Holder(COMPANY, CODE, keeper_key=citizen(username).subject_key)
    fields = {"scope": "餐饮服务", "legal_representative": cast.person(username).name}
    told: dict[str, Any] = {"holder": holder, "fields": fields}
    return operations.issue(actor=SYSTEM, kind="business-licence", now=now, **(told | changes))


def taken_away(row: Certificate, name: str = "revoke", *, now: datetime = NOW) -> Certificate:
    """Suspend or revoke a certificate, by two officers of its issuer; return it as it is then."""
    operations.propose(
        actor=officer("CLERK", row.issuer), number=row.number, name=name, reason="以欺骗手段取得", now=now
    )
    operations.decide(actor=officer("APPROVER", row.issuer), number=row.number, agree=True, now=now)
    row.refresh_from_db()
    return row


def signed_in(client: Client, username: str) -> Client:
    """Sign a person of the cast in, with an account made for the occasion, and return the client."""
    person = cast.person(username)
    identity = uuid.uuid5(uuid.NAMESPACE_OID, username)
    user, is_new = User.objects.get_or_create(username=username, defaults={"id": identity, "name": person.name})
    if is_new:
        if person.id_number:
            seal_id_number(user, person.id_number, keyring=keys.keyring())
            user.save()
        for role, organisation in person.memberships:
            Membership.objects.create(user=user, role=role, organisation=organisation)
    client.force_login(user)
    return client
