"""What tests of items share, here and a storey higher."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from haihe.platforms.services.items import reading
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.texts import Text

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ITEM = "housing-fund-relief-withdrawal"
_LETTERS_OF_A_SERIAL = 9000


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
