"""What shouldn't stand there: reported by anybody, hidden by the data centre with a reason, visibly."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.participation.errors import InputRefused, NotFound, NotNow
from haihe.data.participation.limits import check_pace
from haihe.data.participation.models import AbuseReport, Post, Verdict
from haihe.data.participation.operations.recording import record
from haihe.data.participation.persons import signed_in
from haihe.data.participation.subjects import subject_for
from haihe.data.participation.telling import tell_desk
from haihe.data.participation.texts import line
from haihe.data.participation.workflow import Part


def report_post(*, actor: Actor, post: int, words: str, now: datetime) -> None:
    """Say that a contribution shouldn't stand there. Raises: NotFound, NotPermitted, InputRefused, TooMany."""
    person, told = signed_in(actor), line(words, longest=500, label=_("哪里不妥"))
    with transaction.atomic():
        row = _locked(post)
        subject_for(actor, row.thread.subject, row.thread.about)
        check_pace(person, "report", AbuseReport.objects.filter(reporter=person), at="at", now=now)
        if row.hidden_at or row.abuse_reports.filter(reporter=person).exists():
            raise InputRefused(_("已经举报过，数据中心会处理。"))
        AbuseReport.objects.create(post=row, reporter=person, words=told, at=now)
        tell_desk(row.thread, "report", [(Role.OPERATOR, "")], now=now, path=reverse("participation:moderation"))


def hide_post(*, actor: Actor, post: int, reason: str, now: datetime) -> None:
    """Hide a contribution; its place and the reason stay. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    require(actor, Role.OPERATOR)
    told = line(reason, longest=500, label=_("隐藏的理由"))
    with transaction.atomic():
        row = _locked(post)
        if row.hidden_at is not None:
            raise NotNow(_("已经隐藏。"))
        row.hidden_at, row.hidden_reason = now, told
        row.save(update_fields=["hidden_at", "hidden_reason"])
        row.abuse_reports.filter(verdict=Verdict.WAITING).update(verdict=Verdict.UPHELD, closed_at=now)
        record(row.thread, actor, "hide", now=now, words=told, facts={"post": row.pk}, part=Part.AUTHORITY)


def show_post(*, actor: Actor, post: int, now: datetime) -> None:
    """Show it again. Raises: NotFound, NotPermitted, NotNow."""
    require(actor, Role.OPERATOR)
    with transaction.atomic():
        row = _locked(post)
        if row.hidden_at is None:
            raise NotNow(_("没有隐藏。"))
        row.hidden_at, row.hidden_reason = None, ""
        row.save(update_fields=["hidden_at", "hidden_reason"])
        record(row.thread, actor, "show", now=now, facts={"post": row.pk}, part=Part.AUTHORITY)


def dismiss_report(*, actor: Actor, report: int, now: datetime) -> None:
    """Nothing is wrong with it. Raises: NotFound, NotPermitted."""
    require(actor, Role.OPERATOR)
    rows = AbuseReport.objects.filter(pk=report, verdict=Verdict.WAITING)
    if not rows.update(verdict=Verdict.DISMISSED, closed_at=now):
        raise NotFound(str(report))


def _locked(post: int) -> Post:
    row = Post.objects.select_for_update(of=("self",)).select_related("thread").filter(pk=post).first()
    if row is None:
        raise NotFound(str(post))
    return row
