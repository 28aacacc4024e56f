"""What a bench asks: each lookup as Mr Liu would, as a page and bare, over the demo's registers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from haihe.city import cast
from haihe.data.sharing import api as sharing
from haihe.platforms.services.lookups import adapters, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.demo.registers import registers
from haihe.platforms.services.lookups.models import LookupTry

WHO: Final = cast.LIU


@dataclass(frozen=True, slots=True)
class Question:
    """One lookup: where its page is, what is sent there, and what of the page says that it was answered."""

    lookup: LookupDefinition
    address: str
    sent: dict[str, str]
    answered: bytes = b"lookups-answer"

    @property
    def slug(self) -> str:
        return self.lookup.slug

    def ask_bare(self) -> sharing.FieldsAnswer:
        """Ask the gateway the same question, with no page around it."""
        return adapters.querier().query(
            organisation=reading.front().asker,
            service=self.lookup.service,
            id_number=str(WHO.id_number),
            name=WHO.name,
            purpose=self.lookup.purpose,
            case="ZC-BENCH",
            fields=self.lookup.asked,
        )


def questions() -> Iterator[Question]:
    for lookup in reading.shipped():
        yield Question(lookup, reverse("services:lookup", args=[lookup.slug]), {"typed": _typed(lookup)})


def forget_tries() -> None:
    """Let the same person ask again: nobody else may as often as a bench does."""
    LookupTry.objects.all().delete()


def _typed(lookup: LookupDefinition) -> str:
    """Return what Mr Liu would read off his papers."""
    if lookup.typed is None:
        return ""
    of_owner = (one.cast for one in registers() if one.owner == lookup.authority)
    rows: list[dict[str, Any]] = [people[WHO.username] for people in of_owner if WHO.username in people]
    return next(str(row[lookup.typed.field]) for row in rows if lookup.typed.field in row)
