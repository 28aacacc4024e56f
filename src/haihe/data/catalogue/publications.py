"""Every publication of an entry, for those who keep account of how fast the catalogue grows."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from haihe.data.catalogue.workflow import PUBLICATION_CLOCK

REVIEW_WORKING_DAYS = PUBLICATION_CLOCK.working_days
_PUBLISHED = """
SELECT resource.owner, (published.at AT TIME ZONE %(zone)s)::date, (
    SELECT (max(handed_in.at) AT TIME ZONE %(zone)s)::date FROM catalogue_resourceevent AS handed_in
    WHERE handed_in.resource_id = published.resource_id AND handed_in.name = 'submit_for_publication'
        AND handed_in.id < published.id
)
FROM catalogue_resourceevent AS published JOIN catalogue_resource AS resource ON resource.id = published.resource_id
WHERE published.name = 'publish'
"""


@dataclass(frozen=True, slots=True)
class Publication:
    """An entry was announced; `submitted_on` is when it had been handed to the authority, where that is on record."""

    owner: str
    published_on: date
    submitted_on: date | None


def publications() -> list[Publication]:
    """Return all publications, an entry's second one among them, with days of the city's time."""
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHED, {"zone": str(timezone.get_default_timezone())})
        return [Publication(*row) for row in cursor.fetchall()]
