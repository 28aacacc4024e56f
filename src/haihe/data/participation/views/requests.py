"""Pages of data requests, for everybody; writing takes signing in."""

from collections.abc import Callable
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, actor_of, role_required
from haihe.data.participation import operations, queries
from haihe.data.participation.operations import Decision, NewRequest
from haihe.data.participation.pages import requests as pages
from haihe.data.participation.queries import RequestFilters
from haihe.data.participation.views.acting import act, asked_in, day_in, found, told_in
from haihe.kernel.text import normalise

PAGE_ROWS = 20
_FIELDS = ("title", "words", "purpose", "beneficiaries", "owner")
_DECISION = ("words", "owner", "ground", "dataset", "code", "due_on")


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    told = asked_in(request, *RequestFilters.__dataclass_fields__)
    filters = RequestFilters(**told | {"q": normalise(told["q"])})
    rows = queries.find_requests(actor, filters, today=timezone.localdate(now))
    page = pages.requests_page(actor, Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page")), filters, now=now)
    return render(request, "participation/requests.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def new_request(request: HttpRequest) -> HttpResponse:
    """Ask for data. What may be meant already is shown once before it is sent."""
    actor, now = actor_of(request), timezone.now()
    if request.method != "POST":
        return _form(request, asked_in(request, "title"), look=bool(request.GET.get("title")))
    told = told_in(request, *_FIELDS)
    if "seen" not in request.POST and any(pages.meant_already(told["title"])):
        return _form(request, told, look=True)
    return act(
        request,
        lambda: operations.ask(actor=actor, new=NewRequest(**told), now=now),
        done=_("已提交，数据中心审核后公开，并转给部门答复。"),
        to=lambda number: reverse("participation:request", args=[number]),
        again=lambda complaint: _form(request, told, look=True, complaint=complaint),
    )


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """What may be meant already, while one types the title."""
    page = pages.new_request_page(asked_in(request, "title"), look=True)
    return render(request, "participation/parts/similar.html", {"page": page})


@require_safe
def one_request(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


@require_POST
@role_required()
def vote(request: HttpRequest, number: str) -> HttpResponse:
    """Want it too."""
    return _do(request, number, lambda actor, now: operations.vote(actor=actor, number=number, now=now), _("已支持。"))


@require_POST
@role_required()
def unvote(request: HttpRequest, number: str) -> HttpResponse:
    """Take that back."""
    return _do(request, number, lambda actor, now: operations.unvote(actor=actor, number=number), _("已取消支持。"))


@require_POST
@role_required()
def feedback(request: HttpRequest, number: str) -> HttpResponse:
    """Say whether it helped."""
    helped, words = request.POST.get("helped"), told_in(request, "words")["words"]
    if helped not in ("1", "0"):
        return _page(request, number, complaint=_("请选择有没有帮上忙。"))
    return _do(
        request,
        number,
        lambda actor, now: operations.say_whether_it_helped(
            actor=actor, number=number, helped=helped == "1", words=words, now=now
        ),
        _("谢谢反馈。"),
    )


@require_POST
@role_required()
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Make a move of the workflow."""
    told = told_in(request, *_DECISION)
    decision = Decision(**{**told, "due_on": day_in(told["due_on"])})  # type: ignore[arg-type]  # a day among texts
    return _do(
        request,
        number,
        lambda actor, now: operations.move_request(actor=actor, number=number, name=name, decision=decision, now=now),
        _("已办理。"),
        told=told,
    )


def _do(
    request: HttpRequest,
    number: str,
    work: Callable[[Actor, datetime], object],
    done: str,
    *,
    told: dict[str, str] | None = None,
) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found(lambda: queries.request_for(actor, number))
    return act(
        request,
        lambda: work(actor, now),
        done=done,
        to=lambda _made: _after(actor, number),
        again=lambda complaint: _page(request, number, told=told, complaint=complaint),
    )


def _after(actor: Actor, number: str) -> str:
    """Return where to go on: a move may have taken the request out of the actor's sight."""
    if queries.visible_requests(actor).filter(number=number).exists():
        return reverse("participation:request", args=[number])
    return reverse("participation:requests")


def _page(
    request: HttpRequest, number: str, *, told: dict[str, str] | None = None, complaint: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    row = found(lambda: queries.request_for(actor, number))
    page = pages.request_page(actor, row, now=timezone.now(), told=told, complaint=complaint)
    return render(request, "participation/request.html", {"page": page}, status=422 if complaint else 200)


def _form(request: HttpRequest, told: dict[str, str], *, look: bool, complaint: str = "") -> HttpResponse:
    page = pages.new_request_page(told, look=look, complaint=complaint)
    return render(request, "participation/request_new.html", {"page": page})
