"""Keep the demo's remote catalogues and let their runs happen, by the operations themselves and without a network."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from haihe.base.accounts.api import Actor, actor_for
from haihe.data.harvest import operations
from haihe.data.harvest.models import RemoteCatalogue
from haihe.data.harvest.operations import NewCatalogue
from haihe.data.harvest.pulling import Pulling
from haihe.data.harvest.reading.records import Page, Reason, Reject, record, resource
from haihe.data.harvest.reading.trouble import Stopped

_TOLD: Final = Path(__file__).with_name("told.toml")
_KEEPER: Final = "steward_sjzx"
_SECOND: Final = "operator"


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant it once; without the cast, as in some tests, nothing."""
    if RemoteCatalogue.objects.exists():
        return
    try:
        people = {name: actor_for(name, now=now) for name in (_KEEPER, _SECOND)}
    except ObjectDoesNotExist:
        return
    told = tomllib.loads(_TOLD.read_text(encoding="utf-8"))["catalogues"]
    with transaction.atomic():
        for place, one in enumerate(told):
            progress(one["title"], place / len(told))
            _catalogue(people, one, now)


def _catalogue(people: Mapping[str, Actor], told: Mapping[str, Any], now: datetime) -> None:
    keeper, slug = people[_KEEPER], told["slug"]
    fields = {name: told[name] for name in NewCatalogue.__dataclass_fields__ if name in told}
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    at = now - timedelta(days=told["days"])
    row = operations.add_catalogue(actor=keeper, slug=slug, new=NewCatalogue(**fields | lists), now=at)
    for step in told["steps"]:
        at = now - timedelta(days=step["days"])
        if "move" in step:
            operations.move(actor=people[step["who"]], slug=slug, name=step["move"], now=at)
        else:
            _run(keeper, row, step, at)


def _run(keeper: Actor, row: RemoteCatalogue, told: Mapping[str, Any], at: datetime) -> None:
    run = operations.start(actor=keeper, slug=row.slug, is_dry=told["is_dry"], now=at)
    row.refresh_from_db()
    operations.go_on(run.pk, clock=lambda: at + timedelta(seconds=40), stepping=Pulling(row, _Remote(row.url, told)))


@dataclass(frozen=True, slots=True)
class _Remote:
    """The other side as `told.toml` has it: one page, or trouble."""

    url: str
    told: Mapping[str, Any]

    def page(self, cursor: str) -> Page:
        if problem := self.told.get("problem"):
            raise Stopped(problem, self.told["detail"])
        records = tuple(
            record(
                remote_id=f"demo-{name}",
                title=title,
                summary=f"{summary}演示数据，不是真实的数据集。",
                publisher=publisher,
                licence="cc-by",
                keywords=(keyword,),
                landing=f"{self.url}/dataset/{name}",
                modified="2026-11-01",
                resources=[resource(title="CSV", url=f"{self.url}/files/{name}.csv", format="CSV")],
            )
            for name, title, summary, publisher, keyword in self.told["records"]
        )
        rejects = tuple(Reject(f"demo-{name}", title, Reason.NO_LINK) for name, title in self.told.get("refused", ()))
        return Page(records, rejects, "", len(records) + len(rejects))
