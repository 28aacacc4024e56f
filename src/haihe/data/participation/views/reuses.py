"""Pages of the showcase."""

import uuid
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.participation import operations, queries
from haihe.data.participation.errors import InputRefused
from haihe.data.participation.models import Reuse, ReuseKind, ReusePicture
from haihe.data.participation.operations import NewReuse
from haihe.data.participation.pages import reuses as pages
from haihe.data.participation.pictures import LARGEST_UPLOAD
from haihe.data.participation.views.acting import act, asked_in, found, told_in

PAGE_ROWS = 12
_FIELDS = ("title", "words", "address", "kind", "team")


@require_safe
def reuse_list(request: HttpRequest) -> HttpResponse:
    told = asked_in(request, "kind", "dataset", "vouched")
    kind, vouched = told["kind"] if told["kind"] in ReuseKind.values else "", told["vouched"] == "1"
    rows = queries.shown_reuses(kind=kind, dataset=told["dataset"], vouched=vouched)
    page = pages.reuses_page(
        actor_of(request),
        Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page")),
        kind=kind,
        dataset=told["dataset"],
        vouched=vouched,
    )
    return render(request, "participation/reuses.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def new_reuse(request: HttpRequest) -> HttpResponse:
    """Show what one made."""
    if request.method != "POST":
        return _form(request, None, {"datasets": request.GET.getlist("dataset")[:1]})
    actor, now = actor_of(request), timezone.now()
    return act(
        request,
        lambda: operations.show_reuse(actor=actor, new=_new(request), now=now),
        done=_("已提交，数据中心审核后展示。"),
        to=lambda pk: reverse("participation:reuse", args=[pk]),
        again=lambda complaint: _form(request, None, _told(request), complaint),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def revise_reuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tell anew what it is; its author alone."""
    actor = actor_of(request)
    row = found(lambda: queries.reuse_for(actor, pk))
    if row.author != actor.user_id:
        raise Http404
    if request.method != "POST":
        told = {name: getattr(row, name) for name in ("title", "words", "address", "kind", "datasets")}
        return _form(request, row, told | {"team": row.author_name})
    return act(
        request,
        lambda: operations.revise_reuse(actor=actor, pk=pk, new=_new(request), now=timezone.now()),
        done=_("已提交，数据中心审核后展示。"),
        to=lambda _made: reverse("participation:reuse", args=[pk]),
        again=lambda complaint: _form(request, row, _told(request), complaint),
    )


@require_safe
def reuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, pk)


@require_safe
def picture(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the picture as we drew it, to whoever may see the reuse."""
    row = found(lambda: queries.reuse_for(actor_of(request), pk))
    drawn = ReusePicture.objects.filter(reuse=row).first()
    if drawn is None:
        raise Http404
    data = bytes(drawn.data)
    etag = f'"{sha256(data).hexdigest()[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": etag})
    headers = {"ETag": etag, "Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="image/jpeg", headers=headers)


@require_POST
@role_required()
def move(request: HttpRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """Publish, reject, hide, mark as broken, withdraw."""
    words = told_in(request, "words")["words"]
    return _do(
        request,
        pk,
        lambda a, now: operations.move_reuse(actor=a, pk=pk, name=name, words=words, now=now),
        _("已办理。"),
    )


@require_POST
@role_required()
def broken(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that it can't be opened any more."""
    words = told_in(request, "words")["words"]
    return _do(
        request,
        pk,
        lambda a, now: operations.report_broken(actor=a, pk=pk, words=words, now=now),
        _("已反映，数据中心会核实。"),
    )


@require_POST
@role_required(Role.ASSOCIATION)
def vouch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """An association vouches for it."""
    statement = told_in(request, "statement")["statement"]
    return _do(
        request, pk, lambda a, now: operations.vouch(actor=a, pk=pk, statement=statement, now=now), _("已背书。")
    )


@require_POST
@role_required(Role.ASSOCIATION)
def unvouch(request: HttpRequest, pk: uuid.UUID, vouching: int) -> HttpResponse:
    """It takes that back."""
    reason = told_in(request, "reason")["reason"]
    return _do(
        request,
        pk,
        lambda a, now: operations.end_vouching(actor=a, vouching=vouching, reason=reason, now=now),
        _("已撤回背书。"),
    )


def _do(request: HttpRequest, pk: uuid.UUID, work: Callable[[Actor, datetime], object], done: str) -> HttpResponse:
    actor = actor_of(request)
    return act(
        request,
        lambda: work(actor, timezone.now()),
        done=done,
        to=lambda _made: _after(actor, pk),
        again=lambda complaint: _page(request, pk, complaint=complaint),
    )


def _after(actor: Actor, pk: uuid.UUID) -> str:
    if queries.visible_reuses(actor).filter(pk=pk).exists():
        return reverse("participation:reuse", args=[pk])
    return reverse("participation:reuses")


def _new(request: HttpRequest) -> NewReuse:
    """Raises: InputRefused (a picture that is too large isn't even read)."""
    upload = request.FILES.get("picture")
    if upload is not None and (upload.size or 0) > LARGEST_UPLOAD:
        raise InputRefused(_("图片不能超过 5 MB，请压缩后再传。"))
    datasets = tuple(one.replace("\x00", "") for one in request.POST.getlist("datasets")[:50] if one)
    return NewReuse(**told_in(request, *_FIELDS), datasets=datasets, picture=upload.read() if upload else None)


def _told(request: HttpRequest) -> dict[str, object]:
    return {**told_in(request, *_FIELDS), "datasets": request.POST.getlist("datasets")[:50]}


def _page(request: HttpRequest, pk: uuid.UUID, *, complaint: str = "") -> HttpResponse:
    actor = actor_of(request)
    row = found(lambda: queries.reuse_for(actor, pk))
    page = pages.reuse_page(actor, row, told=told_in(request, "words", "statement"), complaint=complaint)
    return render(request, "participation/reuse.html", {"page": page})


def _form(request: HttpRequest, row: Reuse | None, told: dict[str, object], complaint: str = "") -> HttpResponse:
    page = pages.reuse_form(row, told, complaint)
    return render(request, "participation/reuse_form.html", {"page": page})
