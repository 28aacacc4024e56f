"""How a remote catalogue and a run may move, as data.

A catalogue is asked on its own only after a second person looked at its address; a dry run, which writes nothing, may
be made before, so that there is something to look at. Every run ends: done, held for a person and then done, failed.
"""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from haihe.kernel.workflow import Move, Workflow

CENTRE: Final = "120001"
"""The city's data centre, whose stewards keep the remote catalogues."""


class CatalogueState(TextChoices):
    """Where a remote catalogue stands."""

    DRAFT = "DRAFT", _("准备中")
    PROPOSED = "PROPOSED", _("待复核")
    ACTIVE = "ACTIVE", pgettext_lazy("state of a catalogue", "启用")
    PAUSED = "PAUSED", _("暂停")
    RETIRED = "RETIRED", _("停用")


class RunState(TextChoices):
    """How far a run is."""

    RUNNING = "RUNNING", _("进行中")
    HELD = "HELD", _("待确认")
    DONE = "DONE", _("已完成")
    FAILED = "FAILED", _("失败")


class Part(StrEnum):
    """In which part somebody acts on a remote catalogue."""

    KEEPER = "KEEPER"
    SECOND = "SECOND"
    SYSTEM = "SYSTEM"


_S, _R = CatalogueState, RunState
_TWO: Final = gettext_noop("本平台规则：对外访问的地址由一人提出、另一人复核后才定时采集")
_KEEPING: Final = gettext_noop("本平台规则：远端目录由大数据中心的数据专员管理，每次变动留痕")
_ENDING: Final = gettext_noop("本平台规则：每次采集都有结果，条目数要对得上；中断后接着做，不重复")
_GONE: Final = gettext_noop("本平台规则：一次消失的数据集过多时不自动下架，由人确认")

CATALOGUE: Final = Workflow(
    name="remote catalogue",
    initial=_S.DRAFT,
    states=tuple(_S.values),
    moves=(
        Move("change", (_S.DRAFT, _S.PROPOSED, _S.ACTIVE, _S.PAUSED), _S.DRAFT, (Part.KEEPER,), _TWO),
        Move("propose", (_S.DRAFT,), _S.PROPOSED, (Part.KEEPER,), _TWO),
        Move("approve", (_S.PROPOSED,), _S.ACTIVE, (Part.SECOND,), _TWO),
        Move("send_back", (_S.PROPOSED,), _S.DRAFT, (Part.SECOND,), _TWO),
        Move("pause", (_S.ACTIVE,), _S.PAUSED, (Part.KEEPER, Part.SECOND), _KEEPING),
        Move("resume", (_S.PAUSED,), _S.ACTIVE, (Part.KEEPER,), _KEEPING),
        Move("retire", (_S.DRAFT, _S.ACTIVE, _S.PAUSED), _S.RETIRED, (Part.KEEPER,), _KEEPING),
    ),
    final=(_S.RETIRED,),
)
RUN: Final = Workflow(
    name="harvest run",
    initial=_R.RUNNING,
    states=tuple(_R.values),
    moves=(
        Move("finish", (_R.RUNNING,), _R.DONE, (Part.SYSTEM,), _ENDING),
        Move("fail", (_R.RUNNING,), _R.FAILED, (Part.SYSTEM,), _ENDING),
        Move("go_on", (_R.FAILED,), _R.RUNNING, (Part.KEEPER,), _ENDING),
        Move("hold", (_R.RUNNING,), _R.HELD, (Part.SYSTEM,), _GONE),
        Move("take_down", (_R.HELD,), _R.DONE, (Part.KEEPER, Part.SECOND), _GONE),
        Move("keep", (_R.HELD,), _R.DONE, (Part.KEEPER, Part.SECOND), _GONE),
    ),
    final=(_R.DONE,),
)
NEEDS_WORDS: Final = frozenset({"send_back", "retire"})
BY_HAND: Final = ("propose", "approve", "send_back", "pause", "resume", "retire")
"""Moves of a catalogue that are a button."""
MAY_RUN: Final = {True: (_S.DRAFT, _S.PROPOSED, _S.ACTIVE, _S.PAUSED), False: (_S.ACTIVE,)}
"""States of a catalogue in which it may be run, by whether the run is dry."""
OPEN_RUNS: Final = (_R.RUNNING, _R.HELD)
SHOWN: Final = (_S.DRAFT, _S.PROPOSED, _S.ACTIVE, _S.PAUSED)
"""While a catalogue isn't retired, what came from it stays on the portal."""
