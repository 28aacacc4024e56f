"""Before one starts: can I, what will I need; and the drafts that are open."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.platforms.services.forms import operations, ports, queries
from haihe.platforms.services.forms.accounts import ACTING
from haihe.platforms.services.forms.errors import DraftNotFound
from haihe.platforms.services.forms.papers import papers_for
from haihe.platforms.services.forms.ports import PHONE, WINDOW, Offer, Question

_FULL_LIST = 50


@never_cache
@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show what is needed to everybody; whoever begins has signed in."""
    offer = ports.offer(slug, on=timezone.localdate())
    if offer is None:
        raise Http404
    if request.method == "POST":
        return _begin(request, slug=slug)
    return redirect(offer.page) if offer.page else _show(request, offer)


def _show(request: HttpRequest, offer: Offer) -> HttpResponse:
    actor = actor_of(request)
    answers = [(place, question, request.GET.get(f"q{place}", "")) for place, question in enumerate(offer.questions)]
    context = {
        "offer": offer,
        "answers": answers,
        "obstacles": [question for _place, question, said in answers if _stops(question, said)],
        "is_answered": bool(answers) and all(said for _place, _question, said in answers),
        "channel": _channel(actor, offer),
        "papers": papers_for(actor, offer, now=timezone.now()),
        "may_be_acted_for": any(field.name == ACTING for field in offer.form.fields),
        "askings": queries.would_ask(offer, now=timezone.now()),
        "open_draft": queries.own_drafts(actor, now=timezone.now()).filter(item_slug=offer.slug, channel=PHONE).first(),
    }
    return render(request, "services_forms/guide.html", context)


@require_POST
@role_required(Role.CITIZEN)
def papers(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what data proves of the papers; only whoever agreed comes here."""
    try:
        is_answered = operations.find_out(actor=actor_of(request), slug=slug, now=timezone.now())
    except DraftNotFound as missing:
        raise Http404 from missing
    if not is_answered:
        messages.warning(request, _("现在没有部门答复，没有查到什么；请稍后再试，或照常开始填写。"))
    return redirect(f"{reverse('services_forms:guide', args=[slug])}#papers")


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def drafts(request: HttpRequest) -> HttpResponse:
    rows = queries.own_drafts(actor_of(request), now=timezone.now()).filter(channel=PHONE)[:_FULL_LIST]
    offered = [(draft, ports.offer(draft.item_slug, on=timezone.localdate())) for draft in rows]
    return render(request, "services_forms/drafts.html", {"rows": [(d, o) for d, o in offered if o]})


@require_POST
@role_required(Role.CITIZEN, Role.CLERK)
def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    try:
        operations.discard(actor=actor_of(request), draft_id=draft, now=timezone.now())
    except DraftNotFound as missing:
        raise Http404 from missing
    messages.success(request, _("草稿和附件已删除。"))
    return redirect("services_forms:drafts" if actor_of(request).has(Role.CITIZEN) else "services:desk")


@role_required(Role.CITIZEN, Role.CLERK)
def _begin(request: HttpRequest, *, slug: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    offer = ports.offer(slug, on=timezone.localdate(now))
    channel = _channel(actor, offer) if offer else ""
    if not channel:
        raise Http404
    asks = request.POST.get("ask") != "no"
    draft = operations.begin(actor=actor, slug=slug, channel=channel, now=now, asks=asks)
    if channel == WINDOW:
        return redirect("services_forms:window", draft)
    operations.prefill(actor=actor, draft_id=draft, now=now)
    return redirect("services_forms:resume", draft)


def _channel(actor: Actor, offer: Offer) -> str:
    """Return where this person would apply; "" where they can't."""
    if actor.has(Role.CITIZEN) and PHONE in offer.channels:
        return PHONE
    return WINDOW if actor.has(Role.CLERK, offer.authority) and WINDOW in offer.channels else ""


def _stops(question: Question, said: str) -> bool:
    return said in ("yes", "no") and (said == "yes") is not question.needed
