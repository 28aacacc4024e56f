"""Models: written by one person, confirmed by another; a confirmed text never changes, a new one replaces it."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role, require
from haihe.base.numbering.api import next_number
from haihe.data.exchange import api as exchange
from haihe.data.matching.definition import Definition, ModelRefused, read_definition
from haihe.data.matching.errors import InputRefused, NotNow
from haihe.data.matching.inputs import granted_inputs, tables_of
from haihe.data.matching.models import MatchModel, MatchModelVersion
from haihe.data.matching.operations.moving import make_move, record
from haihe.data.matching.operations.scheduling import plan_next
from haihe.data.matching.plan import make_plan
from haihe.data.matching.queries import model_for, parts_in, version_for
from haihe.data.matching.workflow import VERSION, Part, VersionState

MOST_TEXT = 20_000


def write_model(*, actor: Actor, organisation: str, text: str, now: datetime) -> str:
    """Begin a model with a first draft; return its number. Raises: NotPermitted, InputRefused."""
    require(actor, Role.STEWARD, organisation=organisation)
    definition = _read(text)
    with transaction.atomic():
        number = next_number("BM", MatchModel.objects.all(), now)
        model = MatchModel.objects.create(
            number=number, organisation=organisation, title=definition.title, created_at=now
        )
        _add_version(model, actor, text, now)
    return number


def write_version(*, actor: Actor, number: str, text: str, now: datetime) -> MatchModelVersion:
    """Write the model's draft, or begin a new one beside what is in force.

    Raises: NotFound, NotPermitted, InputRefused, NotNow while a version waits to be confirmed.
    """
    found = model_for(actor, number)
    require(actor, Role.STEWARD, organisation=found.organisation)
    definition = _read(text)
    with transaction.atomic():
        model = MatchModel.objects.select_for_update().get(pk=found.pk)
        draft = model.versions.filter(state__in=(VersionState.DRAFT, VersionState.SUBMITTED)).first()
        if draft is not None and draft.state == VersionState.SUBMITTED:
            raise NotNow(_("这个模型有一版正在等待确认，请先确认或者退回。"))
        if draft is None:
            return _add_version(model, actor, text, now)
        draft.text, draft.written_at = text, now
        draft.written_by, draft.written_name = _who(actor), actor.name
        draft.save()
        model.title = definition.title
        model.save(update_fields=["title"])
        return draft


def move_version(*, actor: Actor, version_id: UUID, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the workflow; whoever wrote a version doesn't confirm it.

    Raises: NotFound, NotPermitted, NotNow, InputRefused, NotGranted (when submitted without the grants it needs).
    """
    with transaction.atomic():
        row = _locked(version_for(actor, version_id).pk)
        if name == "submit":
            check_model(row.text, organisation=row.model.organisation, now=now)
        if name == "confirm" and actor.user_id == row.written_by:
            raise NotPermitted("who wrote it doesn't confirm it")
        make_move(row, actor, name, parts_in(actor, row.model.organisation), now=now, words=words)
        if name == "confirm":
            _replace_the_one_before(row, now)
            row.confirmed_by, row.confirmed_at = actor.user_id, now
        row.save()
        if name in ("confirm", "withdraw"):
            plan_next(MatchModel.objects.select_for_update().get(pk=row.model_id), now=now)


def check_model(text: str, *, organisation: str, now: datetime) -> None:
    """Prove that the model could run now. Raises: InputRefused, NotGranted."""
    definition = _read(text)
    try:
        exchange.check_schedule(definition.schedule, now=now)
    except exchange.ScheduleRefused:
        raise InputRefused(_("运行计划不可用：请写五段，间隔不少于五分钟。")) from None
    try:
        inputs = granted_inputs(definition, organisation=organisation, now=now, afresh=False)
        make_plan(definition, tables_of(inputs), today=timezone.localdate(now))
    except ModelRefused as refused:
        raise InputRefused(refused.told) from None


def _read(text: str) -> Definition:
    if len(text) > MOST_TEXT:
        raise InputRefused(_("模型文件太长。"))
    try:
        return read_definition(text)
    except ModelRefused as refused:
        raise InputRefused(refused.told) from None


def _add_version(model: MatchModel, actor: Actor, text: str, now: datetime) -> MatchModelVersion:
    last = model.versions.order_by("-number").values_list("number", flat=True).first() or 0
    try:
        with transaction.atomic():
            row = MatchModelVersion.objects.create(
                model=model, number=last + 1, text=text, written_by=_who(actor), written_name=actor.name, written_at=now
            )
    except IntegrityError:
        raise NotNow(_("这个模型有一版正在等待确认，请先确认或者退回。")) from None
    record(row, actor, "write", Part.STEWARD, VERSION.moves[0].clause, now=now)
    return row


def _replace_the_one_before(row: MatchModelVersion, now: datetime) -> None:
    for before in row.model.versions.select_for_update().filter(state=VersionState.CONFIRMED):
        make_move(before, SYSTEM, "replace", {Part.SYSTEM}, now=now)
        before.save()


def _locked(pk: UUID) -> MatchModelVersion:
    return MatchModelVersion.objects.select_for_update(of=("self",)).select_related("model").get(pk=pk)


def _who(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotPermitted("a model is written by a person")
    return actor.user_id
