"""For tests and measuring: the gateway in this process, with what the demo planted, and who asks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from haihe.base.accounts.api import Actor, actor_for, seal_id_number
from haihe.base.accounts.models import Membership, User
from haihe.base.keys import api as keys
from haihe.city import api as city
from haihe.city import cast
from haihe.data.catalogue.demo.bulk import publish_many
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.operations.code_lists import load_standard_lists
from haihe.data.exchange.demo.bulk import Small, feed_many
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF
from haihe.data.exchange.testing import row as register_row
from haihe.data.sharing import api as sharing
from haihe.kernel.answers import QueryAnswer, UnknownReason
from haihe.kernel.problems import Problem
from haihe.platforms.services.lookups.demo import plant

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EVIDENCE = "01933333-3333-7333-8333-333333333333"


@dataclass(frozen=True, slots=True)
class Planted:
    """When a city was planted, and how many statements that took."""

    now: datetime
    statements: int


@contextmanager
def planted_city(folder: Path) -> Iterator[Planted]:
    """Plant the demo's lookups into a data directory of its own, and undo all of it in the end."""
    keys.keyring()  # read before the data directory is another
    now = timezone.now()
    with override_settings(HAIHE=replace(settings.HAIHE, data_dir=folder)), transaction.atomic():
        city.load_reference_data()
        yield Planted(now, plant_registers(now=now))
        transaction.set_rollback(True)


def plant_registers(*, now: datetime) -> int:
    """Plant what the demo's lookups ask, with their grants; return how many statements that took."""
    load_standard_lists(now=now)
    publish_many([RELIEF_REGISTER], now=now)
    on_relief = register_row(cast.LIU.id_number or "", name=cast.LIU.name)
    feed_many([Small(rules_of(RELIEF), [tuple(on_relief)])], now=now)
    with CaptureQueriesContext(connection) as asked:
        plant(scale=0.001, now=now, progress=lambda _what, _share: None)
    return len(asked)


def citizen(username: str = "liu", *, id_number: str | None = None) -> Actor:
    """Return a citizen of the cast with an account of their own; `id_number` for another than theirs."""
    person = cast.person(username) if id_number is None else None
    user = User(username=username, name=person.name if person else username, is_synthetic=True)
    user.set_unusable_password()
    seal_id_number(user, (person.id_number if person else id_number) or "", keyring=keys.keyring())
    user.save()
    Membership.objects.create(user=user, role="CITIZEN", organisation="")
    return actor_for(username)


def owner_of(actor: Actor) -> UUID:
    """Return whose rows the actor's are."""
    if actor.user_id is None:
        raise LookupError("the actor has no account")
    return actor.user_id


@dataclass
class ScriptedQuerier:
    """Answers as it is told to, and remembers what it was asked."""

    said: sharing.FieldsAnswer | Exception
    asked: list[dict[str, object]] = field(default_factory=list)

    def query(
        self,
        *,
        organisation: str,
        service: str,
        id_number: str,
        name: str,
        purpose: str,
        case: str,
        fields: Sequence[str],
    ) -> sharing.FieldsAnswer:
        self.asked.append(
            {
                "organisation": organisation,
                "service": service,
                "id_number": id_number,
                "name": name,
                "purpose": purpose,
                "case": case,
                "fields": tuple(fields),
            }
        )
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def tells(**values: str | int | None) -> ScriptedQuerier:
    """Return a register that knows the person."""
    return ScriptedQuerier(sharing.FieldsAnswer(QueryAnswer.FOUND, values, NOW, EVIDENCE, None))


def knows_nobody() -> ScriptedQuerier:
    return ScriptedQuerier(sharing.FieldsAnswer(QueryAnswer.NOT_FOUND, {}, NOW, EVIDENCE, None))


def doubts(reason: UnknownReason = UnknownReason.SOURCE_STALE) -> ScriptedQuerier:
    return ScriptedQuerier(sharing.FieldsAnswer(QueryAnswer.UNKNOWN, {}, NOW, EVIDENCE, reason))


def refuses(slug: str) -> ScriptedQuerier:
    return ScriptedQuerier(sharing.QuestionRefused(Problem.of(slug, instance=f"urn:uuid:{EVIDENCE}")))


def is_away() -> ScriptedQuerier:
    return ScriptedQuerier(sharing.SourceUnreachable())


def plain(page: bytes) -> str:
    """Return a page's text without what stands between its words."""
    return " ".join(page.decode().split())


__all__ = [
    "EVIDENCE",
    "NOW",
    "Planted",
    "ScriptedQuerier",
    "citizen",
    "doubts",
    "is_away",
    "knows_nobody",
    "owner_of",
    "plain",
    "plant_registers",
    "planted_city",
    "refuses",
    "tells",
]
