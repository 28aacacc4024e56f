"""Keep what items are found by in step with what they say."""

from collections.abc import Iterable

from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.platforms.services.items import shelf
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.models import ItemEntry, ItemVersion

_AT_ONCE = 500
_MADE = [field.name for field in ItemEntry._meta.concrete_fields if not field.primary_key and field.name != "version"]


def index_items(versions: Iterable[ItemVersion] | None = None) -> int:
    """Make these versions findable, or all of them anew after a change of the search; return how many there were."""
    rows = list(ItemVersion.objects.all() if versions is None else versions)
    owners = {code: city.organisation(code) for code in {row.authority for row in rows}}
    entries = [_entry(row, owners[row.authority]) for row in rows]
    ItemEntry.objects.bulk_create(
        entries, batch_size=_AT_ONCE, update_conflicts=True, unique_fields=["version"], update_fields=_MADE
    )
    return len(entries)


def _entry(row: ItemVersion, owner: city.Organisation | None) -> ItemEntry:
    item = row.definition
    words = _words(item, owner)
    return ItemEntry(
        version=row,
        code=item.code,
        authority=item.authority,
        title=item.name.zh,
        title_en=item.name.en,
        summary=item.summary.zh,
        summary_en=item.summary.en,
        kind=item.kind,
        handling=item.handling,
        topics=list(item.topics),
        objects_kind=list(item.objects_kind),
        channels=list(item.channels),
        promised_days=item.promised_days,
        visits=item.visits.phone if "PHONE" in item.channels else item.visits.window,
        found=words.found,
        ranked=words.ranked,
    )


def _words(item: ItemDefinition, owner: city.Organisation | None) -> catalogue.Document:
    """Papers are left out: an ID card is asked for by so many items that it would say nothing of any."""
    topics = [topic.name for topic in map(shelf.topic, item.topics) if topic]
    return catalogue.document(
        codes=(item.code, item.slug),
        title=f"{item.name.zh} {item.name.en}",
        subject=" ".join(word for name in topics for word in (name.zh, name.en)),
        items=(),
        abstract=f"{item.summary.zh} {item.summary.en}",
        owner=(owner.name, owner.short_name, owner.name_en or "") if owner else (),
        keywords=item.keywords,
        ranks_sounds=True,
    )
