"""Inwards: a page of the other side becomes external datasets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from haihe.data.harvest import taking
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue
from haihe.data.harvest.remotes import Remote
from haihe.data.harvest.steps import Step


@dataclass(frozen=True, slots=True)
class Pulling:
    """Steps through a remote that is read."""

    row: RemoteCatalogue
    remote: Remote

    def step(self, cursor: str, *, now: datetime) -> Step:
        page = self.remote.page(cursor)
        taken = taking.compare(self.row, page.records, page.rejects, now=now)

        def write(known: Collection[str]) -> None:
            taking.write([one for one in taken.rows if one.remote_id not in known])

        return Step(taken.findings, write, page.next, page.told, page.left_out)

    def gone(self, run: HarvestRun) -> list[tuple[str, str]]:
        """Return what stands here and came on no page: id and title."""
        seen = run.items.values("remote_id")
        rows = self.row.datasets.filter(gone_at__isnull=True).exclude(remote_id__in=seen)
        return list(rows.values_list("remote_id", "title"))
