"""Pages of discussions."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.participation import operations, queries
from haihe.data.participation.pages import discussions as pages
from haihe.data.participation.subjects import subject_for
from haihe.data.participation.views.acting import act, asked_in, found, told_in

PAGE_ROWS = 20
PAGE_POSTS = 50


@require_safe
def thread_list(request: HttpRequest) -> HttpResponse:
    told = asked_in(request, "subject", "about")
    rows = Paginator(queries.threads(told["subject"], told["about"]), PAGE_ROWS).get_page(request.GET.get("page"))
    page = found(lambda: pages.threads_page(actor_of(request), rows, kind=told["subject"], about=told["about"]))
    return render(request, "participation/threads.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def new_thread(request: HttpRequest) -> HttpResponse:
    """Ask something about a dataset, a request or a reuse."""
    actor, at = actor_of(request), asked_in(request, "subject", "about")
    subject = found(lambda: subject_for(actor, at["subject"], at["about"]))
    told = told_in(request, "title", "body")

    def page(complaint: str = "") -> HttpResponse:
        shown = pages.NewThreadPage(subject, at["subject"], at["about"], told, complaint)
        return render(request, "participation/thread_new.html", {"page": shown})

    if request.method != "POST":
        return page()
    return act(
        request,
        lambda: operations.start_thread(actor=actor, **at, **told, now=timezone.now()),
        done=_("已发表。"),
        to=lambda pk: reverse("participation:thread", args=[pk]),
        again=page,
    )


@require_safe
def thread(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, pk)


@require_POST
@role_required()
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write into it."""
    body = told_in(request, "body")["body"]
    return _do(request, pk, lambda a, now: operations.answer_thread(actor=a, pk=pk, body=body, now=now), _("已发表。"))


@require_POST
@role_required()
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let nobody write any more."""
    return _do(request, pk, lambda a, now: operations.close_thread(actor=a, pk=pk, now=now), _("讨论已结束。"))


@require_POST
@role_required()
def report(request: HttpRequest, pk: uuid.UUID, post: int) -> HttpResponse:
    """Say that a contribution shouldn't stand there."""
    words = told_in(request, "words")["words"]
    return _do(
        request,
        pk,
        lambda a, now: operations.report_post(actor=a, post=post, words=words, now=now),
        _("已举报，数据中心会处理。"),
    )


@require_POST
@role_required(Role.OPERATOR)
def hide(request: HttpRequest, pk: uuid.UUID, post: int) -> HttpResponse:
    """Hide a contribution, or show it again (without a reason)."""
    reason = told_in(request, "reason")["reason"]
    if request.POST.get("show") == "1":
        return _do(request, pk, lambda a, now: operations.show_post(actor=a, post=post, now=now), _("已恢复显示。"))
    return _do(
        request, pk, lambda a, now: operations.hide_post(actor=a, post=post, reason=reason, now=now), _("已隐藏。")
    )


def _do(request: HttpRequest, pk: uuid.UUID, work: Callable[[Actor, datetime], object], done: str) -> HttpResponse:
    return act(
        request,
        lambda: work(actor_of(request), timezone.now()),
        done=done,
        to=lambda _made: reverse("participation:thread", args=[pk]),
        again=lambda complaint: _page(request, pk, complaint=complaint),
    )


def _page(request: HttpRequest, pk: uuid.UUID, *, complaint: str = "") -> HttpResponse:
    row = found(lambda: queries.thread(pk))
    posts = Paginator(row.posts.all(), PAGE_POSTS).get_page(request.GET.get("page"))
    told = told_in(request, "body")
    page = found(lambda: pages.thread_page(actor_of(request), row, posts, told=told, complaint=complaint))
    return render(request, "participation/thread.html", {"page": page})
