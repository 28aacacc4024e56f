"""One's own addresses, and switching messages off by the link in a mail."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, actor_of, role_required
from haihe.base.notices import contact_pages
from haihe.base.notices import contacts as own
from haihe.base.notices.carriers import open_channels
from haihe.base.notices.contacts import ContactRefused
from haihe.base.notices.sending import UNSUBSCRIBE_SALT
from haihe.base.notices.tasks import send_soon
from haihe.base.notices.topics import Topic, topic_called

type _Act = Callable[[HttpRequest, Actor, str], str]


@never_cache
@require_safe
@role_required()
def contacts(request: HttpRequest) -> HttpResponse:
    ways = contact_pages.ways(actor_of(request), now=timezone.now())
    return render(request, "notices/contacts.html", {"ways": ways})


@never_cache
@require_POST
@role_required()
def act(request: HttpRequest, channel: str, name: str) -> HttpResponse:
    """Add, confirm, choose, remove; what went wrong stands beside what was typed."""
    if name not in _ACTS or channel not in open_channels():
        raise Http404
    actor = actor_of(request)
    try:
        messages.success(request, _ACTS[name](request, actor, channel))
    except ContactRefused as wrong:
        typed = request.POST.get("address", "")
        ways = contact_pages.ways(actor, now=timezone.now(), typed=typed, complaint=wrong.message, at=channel)
        return render(request, "notices/contacts.html", {"ways": ways}, status=422)
    return redirect("notices:contacts")


@csrf_exempt  # a mail programme posts here without ever having been (RFC 8058); the signed token is what counts
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch a topic off by a mail's own link. Looking alone changes nothing: mail scanners do."""
    user, channel, topic = _told(token)
    if request.method == "POST":
        own.mute(user=user, channel=channel, topic=topic.slug, now=timezone.now())
    return render(request, "notices/unsubscribe.html", {"topic": topic, "is_done": request.method == "POST"})


def _told(token: str) -> tuple[UUID, str, Topic]:
    try:
        told = signing.loads(token, salt=UNSUBSCRIBE_SALT)
        topic = topic_called(told["t"])
        user, channel = UUID(told["u"]), str(told["c"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise Http404 from None
    if topic is None:
        raise Http404
    return user, channel, topic


def _add(request: HttpRequest, actor: Actor, channel: str) -> str:
    typed, language = request.POST.get("address", ""), request.POST.get("language", "")
    own.add_contact(actor=actor, channel=channel, typed=typed, language=language, now=timezone.now())
    send_soon(channel)
    return _("验证码已发出，请在 10 分钟内填写。")


def _again(request: HttpRequest, actor: Actor, channel: str) -> str:
    own.send_code_again(actor=actor, channel=channel, now=timezone.now())
    send_soon(channel)
    return _("验证码已重新发出。")


def _confirm(request: HttpRequest, actor: Actor, channel: str) -> str:
    own.confirm_contact(actor=actor, channel=channel, code=request.POST.get("code", ""), now=timezone.now())
    return _("已确认，以后的提醒也会发到这里。")


def _choose(request: HttpRequest, actor: Actor, channel: str) -> str:
    own.choose(
        actor=actor,
        channel=channel,
        wanted=set(request.POST.getlist("topics")),
        language=request.POST.get("language", ""),
        now=timezone.now(),
    )
    return _("已保存。")


def _remove(request: HttpRequest, actor: Actor, channel: str) -> str:
    own.remove_contact(actor=actor, channel=channel)
    return _("已删除，以后不再发到这里。")


_ACTS: Final[Mapping[str, _Act]] = {
    "add": _add,
    "again": _again,
    "confirm": _confirm,
    "choose": _choose,
    "remove": _remove,
}
