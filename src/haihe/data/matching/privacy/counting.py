"""A model's people counted by district, each person in exactly one cell: so one person changes one count by one."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from haihe.base.keys.api import keyring
from haihe.city import api as city
from haihe.data.matching import places
from haihe.data.matching.definition import read_definition
from haihe.data.matching.errors import NotNow
from haihe.data.matching.models import Lead, MatchModel, MatchRun
from haihe.data.matching.results import RESULT
from haihe.data.matching.workflow import LeadState, MatchRunState
from haihe.kernel import canonical

_DISTRICT_DIGITS, _CODE_DIGITS = 6, 12
_DONE: Final = (LeadState.SETTLED, LeadState.DECIDED)
type Cells = Mapping[str, tuple[int, int, int]]
"""By district: found and not reached yet; reached; come to its end. The three are disjoint."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to publish. `kind` is that of the leads, "" where only a run's matches are counted."""

    resource: str
    run: MatchRun
    kind: str
    cells: Cells

    def mark(self, model: MatchModel) -> str:
        """Return a keyed hash of the exact counts; without the key nobody can try small counts against it."""
        told = {"model": str(model.pk), "kind": self.kind, "cells": {code: list(of) for code, of in self.cells.items()}}
        key = keyring().derived("matching-public-figures")
        return hmac.new(key, canonical.dumps(told), hashlib.sha256).hexdigest()


def count_model(model: MatchModel) -> Facts:
    """Count the persons of the model's leads by how far they are; without leads, its newest result's matches.

    Raises: NotNow (nothing to count, no places, or not counted by person).
    """
    runs = MatchRun.objects.filter(version__model=model).select_related("version__model")
    newest = runs.filter(state__in=(MatchRunState.DONE, MatchRunState.EXPIRED)).first()
    if newest is None:
        raise NotNow(_("这个模型还没有运行完成，没有可以公布的。"))
    resource = str(newest.inputs[0]["resource"])
    of_one_base = [run.pk for run in runs if run.inputs and run.inputs[0]["resource"] == resource]
    leads = list(Lead.objects.filter(model=model, run__in=of_one_base).order_by("made_at", "number"))
    if leads:
        return Facts(resource, newest, leads[-1].kind, _of_leads(leads))
    if newest.state != MatchRunState.DONE:
        raise NotNow(_("结果已到期，不能公布。"))
    return Facts(resource, newest, "", _of_result(newest))


def _of_leads(leads: list[Lead]) -> Cells:
    if any(lead.subject is None for lead in leads):
        raise NotNow(_("线索里有不是按人登记的，不能按人公布。"))
    # The newest lead of each person.
    of_person = {bytes(lead.subject or b""): lead for lead in leads}.values()
    found = Counter((_district(lead.division), _step(lead)) for lead in of_person)
    return _every_district({code: (found[code, 0], found[code, 1], found[code, 2]) for code, _one in found})


def _step(lead: Lead) -> int:
    if lead.settled_at is not None or lead.state in _DONE:
        return 2
    return 1 if lead.visited_at is not None else 0


def _of_result(run: MatchRun) -> Cells:
    model = read_definition(run.version.text)
    shown = [n for n, part in enumerate(model.output) if part == f"{model.base.name}.division"]
    table = pq.read_table(places.result_folder(run) / RESULT)
    column = f"output_{shown[0]}" if shown else ""
    if column not in table.column_names:
        raise NotNow(_("结果里没有基准数据的区划，不能按区公布。"))
    subjects = table["subject"].to_pylist()
    if None in subjects or len(set(subjects)) != len(subjects):
        raise NotNow(_("一个人可能不止一行，不能按人公布。"))
    found = Counter(_district(str(code)) for code in table[column].to_pylist() if code)
    return _every_district({code: (count, 0, 0) for code, count in found.items()})


def _every_district(found: Cells) -> Cells:
    """Give each district, so that a place without anybody isn't told apart by its absence."""
    return {one.code: found.get(one.code, (0, 0, 0)) for one in city.divisions(level=3)}


def _district(code: str) -> str:
    return code[:_DISTRICT_DIGITS].ljust(_CODE_DIGITS, "0")
