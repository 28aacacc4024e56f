from collections.abc import Iterable
from hashlib import sha256

import msgspec
from django.db import transaction

from haihe.platforms.services.items import definition, reading
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.errors import DefinitionError
from haihe.platforms.services.items.indexing import index_items
from haihe.platforms.services.items.models import ItemVersion


@transaction.atomic
def load_items(items: Iterable[ItemDefinition] | None = None, *, is_search_new: bool = False) -> int:
    """Bring items into the database, those of this release unless told others; return how many versions are new.

    What is new is made findable; with `is_search_new` everything is, anew.
    Raises: DefinitionError where a version that is already kept reads differently in its file.
    """
    rows = [version_of(item) for item in (reading.shipped() if items is None else items)]
    kept, changed_here = _kept()
    for row in rows:
        if kept.get((row.slug, row.version), row.digest) != row.digest:
            raise DefinitionError(f"{row}: this version is already kept and can't change; raise `version`")
    fresh = [row for row in rows if (row.slug, row.version) not in kept and row.slug not in changed_here]
    made = ItemVersion.objects.bulk_create(fresh)
    index_items(None if is_search_new else made)
    return len(fresh)


def _kept() -> tuple[dict[tuple[str, int], str], set[str]]:
    """Return the digests of what came with releases, and the items that were changed here.

    What was changed here stays: a newer file of it waits until a steward takes it up (`queries.held_back`).
    """
    rows = ItemVersion.objects.values_list("slug", "version", "digest", "is_local")
    kept = {(slug, version): digest for slug, version, digest, is_local in rows if not is_local}
    return kept, {slug for slug, _version, _digest, is_local in rows if is_local}


def version_of(item: ItemDefinition) -> ItemVersion:
    """Return the row that keeps a definition, not yet saved."""
    content = definition.to_json(item)
    return ItemVersion(
        slug=item.slug,
        version=item.version,
        content=content,
        digest=sha256(msgspec.json.encode(content, order="deterministic")).hexdigest(),
        authority=item.authority,
        in_force_from=item.in_force_from,
    )
