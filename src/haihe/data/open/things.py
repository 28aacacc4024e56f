"""What sharing's room asks of this one: which conditional datasets may be applied for, and where applications are."""

from django.urls import reverse

from haihe.data.open.models import Dataset, OpeningType
from haihe.data.open.workflow import DatasetState
from haihe.data.sharing import api as sharing


class _Datasets:
    """Conditional datasets that are open now, with the columns of the version that serves."""

    def offered(self, slug: str) -> sharing.OpenedThing | None:
        row = Dataset.objects.filter(
            slug=slug, state=DatasetState.PUBLISHED, opening_type=OpeningType.CONDITIONAL
        ).first()
        if row is None:
            return None
        version = row.versions.filter(is_current=True).first()
        columns = version.open_columns if version else row.open_columns
        return sharing.OpenedThing(
            slug=row.slug,
            title=row.title,
            resource=row.code,
            owner=row.owner,
            condition=row.opening_condition,
            columns=tuple((column.name, column.title) for column in columns),
        )

    def path_of(self, number: str) -> str:
        return reverse("open:application", args=[number])


things: sharing.OpenedThings = _Datasets()
