"""Find a dataset by what clients call it: its name, its id, or the id of one of its resources."""

from datetime import datetime

from django.db.models import Q, QuerySet

from haihe.data.open import queries
from haihe.data.open.faces.askers import Asker
from haihe.data.open.faces.ckan.errors import Gone, NotAuthorized, NotFound
from haihe.data.open.faces.ckan.names import Format, dataset_id, datasets_named, formats_of, moment
from haihe.data.open.faces.ckan.packages import serving, with_versions
from haihe.data.open.faces.conditional import NotGranted, Rows, rows_for
from haihe.data.open.faces.gone import gone_dataset
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.store import StoreDamaged
from haihe.data.open.workflow import DatasetState


def known_to(asker: Asker) -> "QuerySet[Dataset]":
    """Return what is open, and what the publisher's own department has in any state."""
    is_open = Q(state=DatasetState.PUBLISHED)
    if not asker.actor.is_signed_in:
        return with_versions(Dataset.objects.filter(is_open))
    own = Q(owner__in=asker.actor.organisations())
    return with_versions(queries.visible_datasets(asker.actor).filter(is_open | own))


def package_named(name: str, asker: Asker) -> Dataset:
    """Find it by name or id. Raises: NotFound, Gone."""
    found = dataset_id(name)
    row = known_to(asker).filter(Q(slug=name) | Q(pk=found) if found else Q(slug=name)).first()
    if row is None:
        _refuse_gone(name)
        raise NotFound("没有这个数据集，或者它没有开放。", "There is no such package, or it isn't open.")
    return row


def _refuse_gone(name: str) -> None:
    found = dataset_id(name)
    slug = Dataset.objects.filter(pk=found).values_list("slug", flat=True).first() if found else name
    if (gone := gone_dataset(slug or name)) is not None:
        raise Gone(gone.zh, gone.en, at=str(moment(gone.at)), reason=gone.reason)


def resource_named(name: str, asker: Asker) -> tuple[Dataset, DatasetVersion, Format]:
    """Find the dataset of a resource, with the version that serves. Raises: NotFound."""
    formats = datasets_named(name)
    row = known_to(asker).filter(pk__in=formats).first() if formats else None
    version = serving(row) if row else None
    form = formats.get(row.pk) if row else None
    if row is None or version is None or form is None or form not in formats_of([c.kind for c in version.open_columns]):
        raise NotFound("没有这个资源，或者它没有开放。", f'Resource "{name[:60]}" was not found.')
    return row, version, form


def rows_named(name: str, asker: Asker, *, now: datetime) -> Rows:
    """Return the rows of a resource, as far as this asker may see them. Raises: NotFound, NotAuthorized."""
    row, version, _form = resource_named(name, asker)
    try:
        return rows_for(asker, row, version, now=now)
    except NotGranted:
        raise NotAuthorized(
            "这个数据集有条件开放，请先在门户提出申请，并在请求中带上获准的密钥。",
            "This dataset is open under conditions: apply for it on the portal, and send the key that was granted.",
        ) from None
    except StoreDamaged:
        raise NotFound(
            "这个版本的文件有问题，已经记录，请稍后再试。", "The files of this version are damaged; please try later."
        ) from None
