"""What the exchange's picture of a register's lineage shows of us: the newest comparisons that read a snapshot."""

from typing import Final

from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.city import api as city
from haihe.data.exchange import api as exchange
from haihe.data.matching.models import MatchRun
from haihe.data.matching.queries import visible_runs
from haihe.data.matching.workflow import MatchRunState

_MOST: Final = 20
_TONES: Final[dict[str, str]] = {MatchRunState.DONE: "success", MatchRunState.FAILED: "danger"}


def comparisons(actor: Actor, resource: str, snapshot: str) -> tuple[list[exchange.Knot], int]:
    """Return the runs over a snapshot that this actor may know of, and how many others there are."""
    reading = [{"snapshot": snapshot}]
    seen = visible_runs(actor).filter(inputs__contains=reading)
    runs = list(seen[:_MOST])
    names = city.organisation_names({run.organisation for run in runs})
    others = MatchRun.objects.filter(inputs__contains=reading).count() - len(runs)
    return [_knot(run, names[run.organisation]) for run in runs], others


def _knot(run: MatchRun, organisation: str) -> exchange.Knot:
    tone = _TONES.get(run.state, "neutral")
    word = run.get_state_display()
    title = run.version.model.title
    detail, href = f"{organisation} · {run.number}", reverse("matching:run", args=[run.number])
    return exchange.Knot(f"match-{run.pk}", exchange.Stage.USE, title, word, tone, detail, href)
