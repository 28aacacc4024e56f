"""What a lookup is called where its use stands in 谁查过我的数据."""

from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.platforms.services.explaining import Explained
from haihe.platforms.services.lookups.reading import by_service


def explain(service: str, purpose: str) -> Explained | None:
    """Return the words for a use that was one's own lookup; None for any other."""
    lookup = by_service().get((service, purpose))
    if lookup is None:
        return None
    return Explained(
        asked=str(lookup.name),
        purpose=_("您本人用指尖查查询"),
        url=reverse("services:lookup", args=[lookup.slug]),
    )
