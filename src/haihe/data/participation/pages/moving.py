"""Buttons and history, as every thing's page has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.data.participation.models import Thread
from haihe.data.participation.operations.recording import kind_of
from haihe.data.participation.persons import Thing, departments, parts_on
from haihe.data.participation.telling import HAPPENED
from haihe.data.participation.workflow import NEEDS_WORDS, WORKFLOWS, Part

type Text = str | Promise
_PRIMARY, _PLAIN = "btn-primary", ""


@dataclass(frozen=True, slots=True)
class Button:
    """A move that the actor may make. `fields` besides words: owner, ground, dataset, due_on, code."""

    name: str
    label: Text
    look: str
    fields: tuple[str, ...] = ()
    has_words: bool = True
    needs_words: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of history. `who` is an office or a part, never a person: everybody reads it."""

    title: Text
    at: datetime
    detail: str
    who: Text
    tone: str = "neutral"


_LOOKS: Final[Mapping[tuple[str, str], tuple[Text, str, tuple[str, ...]]]] = {
    ("request", "forward"): (_("转给部门"), _PRIMARY, ("owner",)),
    ("request", "point"): (_("已有开放数据"), _PLAIN, ("dataset",)),
    ("request", "reject"): (_("不予通过"), _PLAIN, ()),
    ("request", "accept"): (_("列入开放计划"), _PRIMARY, ("due_on", "code")),
    ("request", "refuse"): (_("不能开放"), _PLAIN, ("ground",)),
    ("request", "hand_back"): (_("不归本部门，退回"), _PLAIN, ()),
    ("request", "fulfil"): (_("数据已经开放"), _PRIMARY, ("dataset",)),
    ("request", "withdraw"): (_("撤回需求"), _PLAIN, ()),
    ("request", "reopen"): (_("请部门重新办理"), _PLAIN, ()),
    ("plan", "prepare"): (_("开始准备"), _PRIMARY, ()),
    ("plan", "publish"): (_("已经发布"), _PRIMARY, ("dataset",)),
    ("plan", "postpone"): (_("推迟"), _PLAIN, ("due_on",)),
    ("plan", "drop"): (_("不再开放"), _PLAIN, ("ground",)),
    ("reuse", "publish"): (_("展示"), _PRIMARY, ()),
    ("reuse", "reject"): (_("不予通过"), _PLAIN, ()),
    ("reuse", "hide"): (_("隐藏"), _PLAIN, ()),
    ("reuse", "mark_broken"): (_("标为打不开"), _PLAIN, ()),
    ("reuse", "withdraw"): (_("撤回"), _PLAIN, ()),
    ("bundle", "confirm"): (_("向会员确认"), _PRIMARY, ()),
}
_WORDLESS: Final = frozenset({("request", "withdraw"), ("plan", "prepare"), ("plan", "publish"), ("reuse", "withdraw")})
_PARTS: Final[Mapping[str, Text]] = {
    Part.REQUESTER: _("需求人"),
    Part.AUTHORITY: _("大数据中心"),
    Part.ASSOCIATION: _("协会"),
    Part.AUTHOR: _("作者"),
    Part.SYSTEM: _("系统"),
}
_TONES: Final[Mapping[str, str]] = {
    "accept": "success",
    "fulfil": "success",
    "point": "success",
    "publish": "success",
    "confirm": "success",
    "vouch": "success",
    "refuse": "danger",
    "drop": "danger",
    "reject": "danger",
    "overdue": "danger",
    "mark_broken": "warning",
    "postpone": "warning",
}


def buttons(actor: Actor, row: Thing) -> tuple[Button, ...]:
    """Return the moves that the actor may make by hand, what is wanted most first."""
    kind = kind_of(row)
    moves = WORKFLOWS[kind].allowed(row.state, parts_on(actor, row))
    made = (
        Button(
            move.name,
            *_LOOKS[kind, move.name],
            has_words=(kind, move.name) not in _WORDLESS,
            needs_words=(kind, move.name) in NEEDS_WORDS,
        )
        for move in moves
        if (kind, move.name) in _LOOKS
    )
    return tuple(sorted(made, key=lambda button: button.look != _PRIMARY))


def history(row: Thing | Thread) -> tuple[Line, ...]:
    """Return what happened to the thing, as everybody may read it."""
    names = departments()
    return tuple(
        Line(
            HAPPENED.get(event.name, event.name),
            event.at,
            " ".join(filter(None, (event.facts.get("by", ""), event.words))),
            names.get(event.organisation, event.organisation) or _PARTS.get(event.part, ""),
            _TONES.get(event.name, "neutral"),
        )
        for event in row.events.all()
    )
