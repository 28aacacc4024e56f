"""Keep code lists: the standard ones that a city starts with, and new versions of any."""

from datetime import datetime

from django.db import transaction

from haihe.data.catalogue.code_lists.standard import standard_lists
from haihe.data.catalogue.models import CodeList, CodeListVersion


@transaction.atomic
def load_standard_lists(*, now: datetime) -> int:
    """Add the standard lists that aren't there; return how many were added. What is there is left alone."""
    added = 0
    for each in standard_lists():
        row, is_new = CodeList.objects.get_or_create(
            slug=each.slug, defaults={"title": each.title, "standard": each.standard}
        )
        if is_new:
            CodeListVersion.objects.create(code_list=row, number=1, codes=each.codes, at=now, by="SYSTEM")
            added += 1
    return added
