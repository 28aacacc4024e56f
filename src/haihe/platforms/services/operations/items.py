from hashlib import sha256

import msgspec

from haihe.platforms.services import definition
from haihe.platforms.services.definition import DefinitionError, ItemDefinition
from haihe.platforms.services.models import ItemVersion


def load_items() -> int:
    """Bring the items of this release into the database; return how many versions are new.

    Raises: DefinitionError where a version that is already kept reads differently in its file.
    """
    return sum(_load(item) for item in definition.shipped())


def _load(item: ItemDefinition) -> bool:
    content = definition.to_json(item)
    digest = sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
    row, is_new = ItemVersion.objects.get_or_create(
        slug=item.slug,
        version=item.version,
        defaults={
            "content": content,
            "digest": digest,
            "authority": item.authority,
            "in_force_from": item.in_force_from,
        },
    )
    if row.digest != digest:
        raise DefinitionError(f"{item.slug}: version {item.version} is already kept and can't change; raise `version`")
    return is_new
