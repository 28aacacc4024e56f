"""External datasets as the portal's list shows them beside the city's own."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.data.harvest.models import ExternalDataset
from haihe.data.harvest.queries import ExternalFilters, find_external
from haihe.data.open import api as open_data


def found_beside(wanted: open_data.Wanted) -> open_data.Beside:
    """Return what matches too."""
    found = find_external(ExternalFilters(wanted.q, wanted.topic, wanted.owner))
    rows = list(found[: wanted.limit])
    # Counted only where there may be more than are shown.
    total = found.count() if len(rows) == wanted.limit else len(rows)
    told = {name: value for name, value in (("q", wanted.q), ("topic", wanted.topic), ("owner", wanted.owner)) if value}
    url = reverse("external:list") + (f"?{urlencode(told)}" if told else "")
    return open_data.Beside([shown(row) for row in rows], total, url) if total else open_data.Beside()


def shown(row: ExternalDataset) -> open_data.External:
    """Return a row of the list."""
    return open_data.External(
        title=row.title,
        summary=row.record["summary"],
        url=reverse("external:dataset", args=[row.pk]),
        origin=row.catalogue.title,
        publisher=row.record["publisher"],
        licence=licence_told(row),
        formats=tuple(row.formats),
    )


def licence_of(row: ExternalDataset) -> open_data.Licence | None:
    """Return which of our licences the other side's words mean, by the catalogue's map or by themselves."""
    said = row.record["licence"]
    known = {str(one): one for one in open_data.Licence} | {
        url: one for one, url in open_data.LICENCE_ADDRESSES.items()
    }
    return known.get(row.catalogue.licence_map.get(said, said))


def licence_told(row: ExternalDataset) -> str:
    """Return the licence in words; what nobody has laid beside ours stays as the other side says it."""
    known, said = licence_of(row), row.record["licence"]
    return str(known.label) if known else said or _("来源没有说明许可")
