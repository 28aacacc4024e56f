"""Pages of associations: who they are, their desk, their bundles."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.participation import operations, queries
from haihe.data.participation.operations import NewAssociation
from haihe.data.participation.pages import associations as pages
from haihe.data.participation.persons import association_of
from haihe.data.participation.views.acting import act, found, number_in, told_in


@require_http_methods(["GET", "HEAD", "POST"])
def association_list(request: HttpRequest) -> HttpResponse:
    """All associations; the data centre registers another one here."""
    actor = actor_of(request)
    told = told_in(request, "code", "name", "name_en", "trade", "about")

    def page(complaint: str = "") -> HttpResponse:
        shown = pages.associations_page(actor, told=told, complaint=complaint)
        return render(request, "participation/associations.html", {"page": shown})

    if request.method != "POST":
        return page()
    return act(
        request,
        lambda: operations.register_association(actor=actor, new=NewAssociation(**told), now=timezone.now()),
        done=_("已登记。请给它的工作人员授予“协会工作人员”角色。"),
        to=lambda code: reverse("participation:association", args=[code]),
        again=page,
    )


@require_safe
def association(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code)


@require_POST
@role_required()
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Become a member."""
    return _do(
        request, code, lambda a, now: operations.join(actor=a, code=code, now=now), _("已加入，协会会把结果告诉您。")
    )


@require_POST
@role_required()
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Be a member no longer."""
    return _do(request, code, lambda a, now: operations.leave(actor=a, code=code, now=now), _("已退出。"))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ASSOCIATION)
def desk(request: HttpRequest) -> HttpResponse:
    """The clerk's desk; posting puts needs together."""
    actor, now = actor_of(request), timezone.now()
    row = association_of(actor)
    if row is None:
        raise Http404
    told, numbers = told_in(request, "title", "words", "members_behind"), request.POST.getlist("numbers")[:50]

    def page(complaint: str = "") -> HttpResponse:
        shown = pages.association_desk(row, now=now, told=told, chosen=numbers, complaint=complaint)
        return render(request, "participation/association_desk.html", {"page": shown})

    if request.method != "POST":
        return page()
    return act(
        request,
        lambda: operations.bundle(
            actor=actor,
            code=row.code,
            title=told["title"],
            words=told["words"],
            members_behind=number_in(told["members_behind"]),
            numbers=[number.replace("\x00", "") for number in numbers],
            now=now,
        ),
        done=_("已汇集，部门答复后会提醒协会。"),
        to=lambda number: reverse("participation:bundle", args=[number]),
        again=page,
    )


@require_POST
@role_required(Role.ASSOCIATION)
def strike_off(request: HttpRequest, code: str, member: int) -> HttpResponse:
    """The association strikes a member off."""
    return act(
        request,
        lambda: operations.remove_member(actor=actor_of(request), code=code, member=member, now=timezone.now()),
        done=_("已移出会员名单。"),
        to=lambda _made: reverse("participation:association-desk"),
        again=lambda complaint: _page(request, code, complaint=complaint),
    )


@require_safe
def bundle(request: HttpRequest, number: str) -> HttpResponse:
    return _bundle_page(request, number)


@require_POST
@role_required(Role.ASSOCIATION)
def add_to_bundle(request: HttpRequest, number: str) -> HttpResponse:
    """Take further requests in."""
    numbers = [one.replace("\x00", "") for one in request.POST.getlist("numbers")[:50]]
    return _do_bundle(
        request, number, lambda a, now: operations.add_to_bundle(actor=a, number=number, numbers=numbers, now=now)
    )


@require_POST
@role_required(Role.ASSOCIATION)
def move_bundle(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Confirm to the members."""
    if name != "confirm":
        raise Http404
    words = told_in(request, "words")["words"]
    return _do_bundle(request, number, lambda a, now: operations.confirm(actor=a, number=number, words=words, now=now))


def _do(request: HttpRequest, code: str, work: Callable[[Actor, datetime], object], done: str) -> HttpResponse:
    return act(
        request,
        lambda: work(actor_of(request), timezone.now()),
        done=done,
        to=lambda _made: reverse("participation:association", args=[code]),
        again=lambda complaint: _page(request, code, complaint=complaint),
    )


def _do_bundle(request: HttpRequest, number: str, work: Callable[[Actor, datetime], object]) -> HttpResponse:
    return act(
        request,
        lambda: work(actor_of(request), timezone.now()),
        done=_("已办理。"),
        to=lambda _made: reverse("participation:bundle", args=[number]),
        again=lambda complaint: _bundle_page(request, number, complaint=complaint),
    )


def _page(request: HttpRequest, code: str, *, complaint: str = "") -> HttpResponse:
    row = found(lambda: queries.association(code))
    page = pages.association_page(actor_of(request), row, complaint=complaint)
    return render(request, "participation/association.html", {"page": page})


def _bundle_page(request: HttpRequest, number: str, *, complaint: str = "") -> HttpResponse:
    row = found(lambda: queries.bundle_called(number))
    page = pages.bundle_page(
        actor_of(request), row, now=timezone.now(), told=told_in(request, "words"), complaint=complaint
    )
    return render(request, "participation/bundle.html", {"page": page})
