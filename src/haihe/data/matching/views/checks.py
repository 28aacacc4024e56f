"""Checks about oneself: told, answered, decided. Only one's own exist here."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.matching import checks as own
from haihe.data.matching.forms import StepForm
from haihe.data.matching.operations.visiting import Step
from haihe.data.matching.views.answering import attempt, or_404, tell


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def checks(request: HttpRequest) -> HttpResponse:
    return render(request, "matching/checks.html", {"checks": own.checks_of(actor_of(request))})


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def check(request: HttpRequest, number: str) -> HttpResponse:
    page = or_404(lambda: own.check_page(actor_of(request), number, now=timezone.now()))
    return render(request, "matching/check.html", {"page": page})


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take the person's words. What is shown again after a refusal still holds them."""
    actor, form, now = actor_of(request), StepForm(request.POST), timezone.now()
    told = form.step("answer") if form.is_valid() else Step(name="answer", words=request.POST.get("words", ""))
    _done, refusal = attempt(
        lambda: own.answer_check(actor=actor, number=number, step=replace(told, revision=None), now=now)
    )
    if refusal:
        page = or_404(lambda: own.check_page(actor, number, now=now, refusal=refusal, words=told.words))
        return render(request, "matching/check.html", {"page": page}, status=422)
    tell(request, "", _("已提交。作出决定的人会看到您的陈述；决定之前还可以补充。"))
    return redirect("matching:check", number)
