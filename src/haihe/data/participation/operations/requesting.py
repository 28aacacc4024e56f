"""Ask for data, say that one wants it too, say whether it helped."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.base.numbering.api import next_number
from haihe.data.catalogue import api as catalogue
from haihe.data.participation.errors import InputRefused, NotNow
from haihe.data.participation.limits import check_pace
from haihe.data.participation.models import DataRequest, RequestFeedback, RequestVote
from haihe.data.participation.operations.recording import record
from haihe.data.participation.persons import departments, shown_name, signed_in
from haihe.data.participation.queries import request_for, wanted_it
from haihe.data.participation.telling import tell_desk
from haihe.data.participation.texts import line, paragraphs
from haihe.data.participation.workflow import (
    HELPFUL_REQUESTS,
    MODERATION,
    RUNNING_REQUESTS,
    VOTABLE,
    Part,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What is wished for (`title`, `words`), for what, who would have it, and from which department, if known."""

    title: str
    words: str
    purpose: str
    beneficiaries: str = ""
    owner: str = ""


def ask(*, actor: Actor, new: NewRequest, now: datetime) -> str:
    """Put down a wish; the data centre looks at it before others read it. Return its number.

    Raises: NotPermitted (not signed in), InputRefused, TooMany.
    """
    person = signed_in(actor)
    told = {
        "title": line(new.title, longest=60, label=_("想要什么数据")),
        "words": paragraphs(new.words, longest=2000, label=_("具体要哪些内容")),
        "purpose": paragraphs(new.purpose, longest=1000, label=_("用来做什么")),
        "beneficiaries": line(new.beneficiaries, longest=200, label=_("谁会受益"), required=False),
    }
    if new.owner and new.owner not in departments():
        raise InputRefused(_("请在列表中选择部门，不清楚的可以不选。"))
    today = timezone.localdate(now)
    with transaction.atomic():
        mine = DataRequest.objects.filter(requester=person)
        check_pace(person, "request", mine, at="submitted_at", now=now)
        if mine.filter(title=told["title"], state__in=RUNNING_REQUESTS).exists():
            raise InputRefused(_("您已经提过同样的需求，请等候答复。"))
        row = DataRequest(
            number=next_number("XQ", DataRequest.objects.all(), now),
            wished_owner=new.owner,
            requester=person,
            requester_name=shown_name(actor),
            submitted_at=now,
            updated_at=now,
            clock_started_on=today,
            clock_days=MODERATION.working_days,
            due_on=MODERATION.due(today),
            **told,
        )
        index(row)
        row.save()
        record(row, actor, "submit", now=now, target=row.state, part=Part.REQUESTER)
        tell_desk(row, "submit", [(Role.OPERATOR, "")], now=now, path=reverse("participation:moderation"))
    return row.number


def index(row: DataRequest) -> None:
    """Put the vectors that the search looks into; the caller saves."""
    row.found, row.ranked = catalogue.document(
        codes=(row.number,), title=row.title, subject="", items=(), abstract=row.words, owner=(), keywords=()
    )


def vote(*, actor: Actor, number: str, now: datetime) -> None:
    """Say that one wants it too; a second time changes nothing. Raises: NotFound, NotPermitted, NotNow, TooMany."""
    person = signed_in(actor)
    with transaction.atomic():
        row = _locked(actor, number)
        if row.state not in VOTABLE:
            raise NotNow(_("这个需求已经办结，不用再支持。"))
        if row.requester == person:
            raise NotPermitted("who asked for it is counted already")
        check_pace(person, "vote", RequestVote.objects.filter(voter=person), at="at", now=now)
        _vote, made = RequestVote.objects.get_or_create(request=row, voter=person, defaults={"at": now})
        if made:
            DataRequest.objects.filter(pk=row.pk).update(votes=F("votes") + 1)


def unvote(*, actor: Actor, number: str) -> None:
    """Take it back. Raises: NotFound, NotPermitted."""
    person = signed_in(actor)
    with transaction.atomic():
        row = _locked(actor, number)
        taken, _by_model = RequestVote.objects.filter(request=row, voter=person).delete()
        if taken:
            DataRequest.objects.filter(pk=row.pk).update(votes=F("votes") - taken)


def say_whether_it_helped(*, actor: Actor, number: str, helped: bool, words: str, now: datetime) -> None:
    """Close the loop: whoever wanted it says whether what is open now helped. It may be said anew.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    person, told = signed_in(actor), line(words, longest=500, label=_("说明"), required=False)
    with transaction.atomic():
        row = _locked(actor, number)
        if not wanted_it(actor, row):
            raise NotPermitted("only who wanted it says whether it helped")
        if row.state not in HELPFUL_REQUESTS:
            raise NotNow(_("数据开放以后才能反馈。"))
        said_no = row.feedback.filter(person=person, helped=False).exists()
        RequestFeedback.objects.update_or_create(
            request=row,
            person=person,
            defaults={"helped": helped, "words": told, "at": now, "person_name": shown_name(actor)},
        )
        if not helped and not said_no:
            tell_desk(row, "not_helped", [(Role.STEWARD, row.owner), (Role.OPERATOR, "")], now=now)


def _locked(actor: Actor, number: str) -> DataRequest:
    row = request_for(actor, number)
    return DataRequest.objects.select_for_update(of=("self",)).get(pk=row.pk)
