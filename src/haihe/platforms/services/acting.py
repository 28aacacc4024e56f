"""From a button on a case page to one operation. What went wrong comes back as a sentence for the same page."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services import operations
from haihe.platforms.services.adapters import LedgerTrace, SharingCorrections, verifier
from haihe.platforms.services.errors import ServicesError
from haihe.platforms.services.models import Case

_LONGEST_NUMBER = 9

type Act = Callable[[HttpRequest, Actor, Case], str]
"""Does it and returns what to tell the person."""


def act(request: HttpRequest, actor: Actor, case: Case, name: str, acts: Mapping[str, Act]) -> str:
    """Do what the button says; return "" or the sentence of what went wrong. Raises: Http404 for an unknown button."""
    if name not in acts:
        raise Http404
    try:
        messages.success(request, acts[name](request, actor, case))
    except ServicesError as wrong:
        return wrong.message
    except (ForbiddenMove, NotPermitted):
        return _("办件已有新的进展，现在不能这样做。下面是最新情况。")
    return ""


def _ask_again(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.ask_again(actor=actor, number=case.number, verifier=verifier(), trace=LedgerTrace(), now=timezone.now())
    return _("已重新核验。")


def _correct(request: HttpRequest, actor: Actor, case: Case) -> str:
    number = operations.request_correction(
        actor=actor,
        number=case.number,
        paper=request.POST.get("paper", ""),
        statement=_typed(request, "statement"),
        corrections=SharingCorrections(),
        now=timezone.now(),
    )
    return _("错误报告已提交，编号 %(number)s。") % {"number": number}


def _withdraw(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.withdraw(actor=actor, number=case.number, now=timezone.now())
    return _("申请已撤回。")


def _accept_paper(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.accept_paper(
        actor=actor,
        number=case.number,
        paper=request.POST.get("paper", ""),
        note=_typed(request, "note"),
        now=timezone.now(),
    )
    return _("已登记收到的证明，请作出决定。")


def _approve(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.decide(actor=actor, number=case.number, grant=True, reason=_typed(request, "reason"), now=timezone.now())
    return _("已准予提取。")


def _decline(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.decide(
        actor=actor, number=case.number, grant=False, reason=_typed(request, "reason"), now=timezone.now()
    )
    return _("已决定不予提取，理由已告知申请人。")


def _review(request: HttpRequest, actor: Actor, case: Case) -> str:
    answer = operations.review(
        actor=actor,
        number=case.number,
        paper=request.POST.get("paper", ""),
        note=_typed(request, "review-note"),
        verifier=verifier(),
        now=timezone.now(),
    )
    told = {"MATCH": _("是"), "NO_MATCH": _("否"), "UNKNOWN": _("无法确认")}.get(answer)
    return _("已重新核验，答复：%(told)s。复核已登记。") % {"told": told} if told else _("复核已登记。")


def _close(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.close_case(actor=actor, number=case.number, now=timezone.now())
    return _("已通知银行付款，办结。")


def _step(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.take_step(
        actor=actor,
        number=case.number,
        step=_number(request),
        choice=_typed(request, "choice"),
        note=_typed(request, "note"),
        asks=request.POST.getlist("ask"),
        now=timezone.now(),
    )
    return _("已办理。")


def _take(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.assign_step(actor=actor, number=case.number, step=_number(request), take=True, now=timezone.now())
    return _("已领取这个环节。")


def _give_back(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.assign_step(actor=actor, number=case.number, step=_number(request), take=False, now=timezone.now())
    return _("已退回待领取。")


def _pause(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.pause_case(
        actor=actor,
        number=case.number,
        reason=_typed(request, "reason"),
        note=_typed(request, "note"),
        now=timezone.now(),
    )
    return _("已中止计时。")


def _resume(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.resume_case(actor=actor, number=case.number, now=timezone.now())
    return _("已恢复计时。")


def _hear(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.hear_of(
        actor=actor,
        number=case.number,
        event=_typed(request, "event"),
        note=_typed(request, "note"),
        now=timezone.now(),
    )
    return _("已登记。")


def _appeal(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.file_appeal(actor=actor, number=case.number, statement=_typed(request, "statement"), now=timezone.now())
    return _("申诉已提交，由作出决定以外的人员在 15 个工作日内复核。")


def _withdraw_appeal(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.withdraw_appeal(actor=actor, number=case.number, now=timezone.now())
    return _("申诉已撤回。")


def _take_appeal(request: HttpRequest, actor: Actor, case: Case) -> str:
    operations.take_appeal(actor=actor, number=case.number, now=timezone.now())
    return _("由您复核，请在期限内答复。")


def _decide_appeal(request: HttpRequest, actor: Actor, case: Case) -> str:
    again = operations.decide_appeal(
        actor=actor,
        number=case.number,
        outcome=_typed(request, "outcome"),
        reason=_typed(request, "reason"),
        now=timezone.now(),
    )
    return _("已答复。由办件 %(number)s 继续办理。") % {"number": again} if again else _("已答复申请人。")


def _number(request: HttpRequest) -> int:
    """Return the step's number; what isn't one names no step."""
    typed = request.POST.get("step", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _LONGEST_NUMBER else -1


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")


CITIZEN_ACTS: Mapping[str, Act] = {
    "ask-again": _ask_again,
    "correct": _correct,
    "withdraw": _withdraw,
    "step": _step,
    "appeal": _appeal,
    "withdraw-appeal": _withdraw_appeal,
}
CLERK_ACTS: Mapping[str, Act] = {
    **CITIZEN_ACTS,
    "accept-paper": _accept_paper,
    "approve": _approve,
    "decline": _decline,
    "close": _close,
    "review": _review,
    "take": _take,
    "give-back": _give_back,
    "pause": _pause,
    "resume": _resume,
    "hear": _hear,
    "appeal-take": _take_appeal,
    "appeal-decide": _decide_appeal,
}
