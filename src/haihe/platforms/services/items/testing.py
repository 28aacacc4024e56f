"""What tests of items share, here and a storey higher."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.test import Client

from haihe.base.accounts.models import Membership, User
from haihe.city import cast
from haihe.platforms.services.items import reading
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.texts import Text

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ITEM = "housing-fund-relief-withdrawal"
_LETTERS_OF_A_SERIAL = 9000


def signed_in(client: Client, username: str) -> Client:
    """Sign a person of the cast in, with an account made for the occasion, and return the client."""
    person = cast.person(username)
    user, is_new = User.objects.get_or_create(username=username, defaults={"name": person.name})
    for role, organisation in person.memberships if is_new else ():
        Membership.objects.create(user=user, role=role, organisation=organisation)
    client.force_login(user)
    return client


def story_item() -> ItemDefinition:
    """Return the item of the story as it ships."""
    return next(item for item in reading.shipped() if item.slug == ITEM)


def make_item(slug: str, zh: str, en: str, **changes: Any) -> ItemDefinition:
    """Return a small sound item of civil affairs; `changes` are any of its parts."""
    authority = changes.get("authority", "120012")
    serial = sum(map(ord, slug)) % _LETTERS_OF_A_SERIAL + 1000
    plain: dict[str, Any] = {
        "slug": slug,
        "version": 1,
        "code": f"{authority}-QR-{serial}",
        "case_prefix": "TST",
        "authority": "120012",
        "name": Text(zh=zh, en=en),
        "summary": Text(zh=f"办理{zh}。", en=f"{en}."),
        "keywords": (),
        "papers": story_item().papers[:1],
        "topics": ("relief",),
        "amount": None,
        "checks": (),
        "faq": (),
    }
    raw = msgspec.to_builtins(msgspec.structs.replace(story_item(), **(plain | changes)))
    return msgspec.convert(raw, ItemDefinition, strict=False)
