"""The showcase: authors send in what they made, the data centre looks at it, people say what is broken."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.data.open import api as open_data
from haihe.data.participation.errors import InputRefused, NotFound, NotNow
from haihe.data.participation.events import REUSE_PUBLISHED, announce
from haihe.data.participation.limits import check_pace
from haihe.data.participation.models import BrokenReport, ParticipationEvent, Reuse, ReuseKind, ReusePicture
from haihe.data.participation.operations.recording import allowed, make_move, record, words_for
from haihe.data.participation.operations.vouching import end_for_change
from haihe.data.participation.persons import shown_name, signed_in
from haihe.data.participation.pictures import redrawn
from haihe.data.participation.queries import reuse_for
from haihe.data.participation.telling import path_of, tell_desk, tell_of_reuse
from haihe.data.participation.texts import https_address, line, paragraphs
from haihe.data.participation.workflow import REUSES_FOR_ALL, Part, ReuseState

_MOST_DATASETS: Final = 20
BY_HAND: Final = ("publish", "reject", "hide", "mark_broken", "withdraw")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReuse:
    """What an author tells; `picture` is the file as it came, None where there is none (or it stays as it is)."""

    title: str
    words: str
    address: str
    kind: str
    datasets: tuple[str, ...]
    team: str = ""
    picture: bytes | None = None


def show_reuse(*, actor: Actor, new: NewReuse, now: datetime) -> uuid.UUID:
    """Send in a reuse; the data centre looks at it first. Raises: NotPermitted, InputRefused, TooMany."""
    person, told = signed_in(actor), _told(actor, new)
    with transaction.atomic():
        _check_pace(person, now)
        if Reuse.objects.filter(author=person, state=ReuseState.SUBMITTED, address=told["address"]).exists():
            raise InputRefused(_("您已经提交过这个网址，数据中心正在审核。"))
        row = Reuse.objects.create(author=person, submitted_at=now, updated_at=now, **told)
        _keep_picture(row, new, now)
        record(row, actor, "submit", now=now, target=row.state, part=Part.AUTHOR)
        tell_desk(row, "submit", [(Role.OPERATOR, "")], now=now, path=reverse("participation:moderation"))
    return row.pk


def revise_reuse(*, actor: Actor, pk: uuid.UUID, new: NewReuse, now: datetime) -> None:
    """Tell anew what it is; it is looked at again before others see it. Raises: as `show_reuse`, NotFound, NotNow."""
    person, told = signed_in(actor), _told(actor, new)
    with transaction.atomic():
        row = _locked(actor, pk)
        move = allowed(row, actor, "revise")
        _check_pace(person, now)
        for name, value in told.items():
            setattr(row, name, value)
        _keep_picture(row, new, now)
        make_move(row, actor, move, now=now)
        end_for_change(row, actor=actor, now=now)
        tell_desk(row, "revise", [(Role.OPERATOR, "")], now=now, path=reverse("participation:moderation"))


def move_reuse(*, actor: Actor, pk: uuid.UUID, name: str, words: str, now: datetime) -> None:
    """Publish, reject, hide, mark as broken, or withdraw. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    if name not in BY_HAND:
        raise NotPermitted(f"{name} is no button")
    with transaction.atomic():
        row = _locked(actor, pk)
        move = allowed(row, actor, name)
        told = words_for(row, name, words)
        if name == "publish" and row.published_at is None:
            # Once: shown again after it was mended or changed, it isn't new to those who follow its data.
            row.published_at = now
            announce(
                REUSE_PUBLISHED,
                name=str(row.pk),
                title=row.title,
                state=move.target,
                datasets=row.datasets,
                path=path_of(row),
                now=now,
            )
        row.broken_reports.filter(closed_at=None).update(closed_at=now)
        tell_of_reuse(row, make_move(row, actor, move, now=now, words=told))


def report_broken(*, actor: Actor, pk: uuid.UUID, words: str, now: datetime) -> None:
    """Say that it can't be opened any more, or isn't what it says; once per person until the data centre looked.

    Raises: NotFound, NotPermitted, NotNow, InputRefused, TooMany.
    """
    person, told = signed_in(actor), line(words, longest=500, label=_("哪里不对"))
    with transaction.atomic():
        row = _locked(actor, pk)
        if row.state not in REUSES_FOR_ALL:
            raise NotNow(_("这个成果没有在展示。"))
        check_pace(person, "report", BrokenReport.objects.filter(reporter=person), at="at", now=now)
        if row.broken_reports.filter(reporter=person, closed_at=None).exists():
            raise InputRefused(_("您已经反映过，数据中心正在核实。"))
        BrokenReport.objects.create(reuse=row, reporter=person, words=told, at=now)
        tell_desk(row, "broken", [(Role.OPERATOR, "")], now=now, path=reverse("participation:moderation"))


def dismiss_broken(*, actor: Actor, report: int, now: datetime) -> None:
    """Looked at: it works. Raises: NotFound, NotPermitted."""
    require(actor, Role.OPERATOR)
    if not BrokenReport.objects.filter(pk=report, closed_at=None).update(closed_at=now):
        raise NotFound(str(report))


def _check_pace(person: uuid.UUID, now: datetime) -> None:
    """New ones and changed ones count alike: each is looked at by the data centre. Raises: TooMany."""
    written = ParticipationEvent.objects.filter(reuse__author=person, name__in=("submit", "revise"))
    check_pace(person, "reuse", written, at="at", now=now)


def _told(actor: Actor, new: NewReuse) -> dict[str, Any]:
    if new.kind not in ReuseKind.values:
        raise InputRefused(_("请选择成果的种类。"))
    wanted = tuple(dict.fromkeys(new.datasets))
    found = open_data.datasets_named(wanted[: _MOST_DATASETS + 1])
    if not wanted or len(wanted) > _MOST_DATASETS or len(found) != len(wanted):
        raise InputRefused(_("请选择用到的数据集，最多 %(n)s 个。") % {"n": _MOST_DATASETS})
    return {
        "title": line(new.title, longest=60, label=_("名称")),
        "words": paragraphs(new.words, longest=2000, label=_("介绍")),
        "address": https_address(new.address),
        "kind": new.kind,
        "datasets": list(wanted),
        "author_name": line(new.team, longest=64, label=_("团队或单位"), required=False) or shown_name(actor),
    }


def _keep_picture(row: Reuse, new: NewReuse, now: datetime) -> None:
    if new.picture is None:
        return
    drawn = redrawn(new.picture)
    ReusePicture.objects.update_or_create(
        reuse=row, defaults={"data": drawn.data, "width": drawn.width, "height": drawn.height, "made_at": now}
    )


def _locked(actor: Actor, pk: uuid.UUID) -> Reuse:
    return Reuse.objects.select_for_update(of=("self",)).get(pk=reuse_for(actor, pk).pk)
