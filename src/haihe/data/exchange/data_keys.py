"""The resources' keys, opened with the installation's keyring."""

from haihe.base.keys.api import keyring
from haihe.data.exchange.models import DataKey
from haihe.data.exchange.resource_keys import ResourceKey, wrapping_context


def data_key(resource: str, number: int) -> ResourceKey:
    """Return a key by its number, as manifests name it. Raises: DataKey.DoesNotExist, KeyringError."""
    return opened(DataKey.objects.get(resource=resource, number=number))


def opened(row: DataKey) -> ResourceKey:
    """Open a stored key. Raises: KeyringError where the keyring isn't the one that sealed it."""
    context = wrapping_context(row.resource, row.number)
    return ResourceKey(row.resource, row.number, keyring().open(bytes(row.wrapped), context=context))
