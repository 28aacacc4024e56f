"""Pages of rules: what a resource's data is held to, proposed from the catalogue, mended and confirmed by stewards."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import mending, queries, rulebook, wording
from haihe.data.exchange.quality.models import RuleVersion
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.proposing import NothingToPropose
from haihe.data.exchange.quality.rule_forms import CheckForm, ColumnForm, CrossRuleForm, PartForm, PolicyForm
from haihe.data.exchange.quality.rule_pages import KeptRules, PartPage, RulesListPage, rules_page
from haihe.data.exchange.quality.ruleset import Check, RuleSet
from haihe.data.exchange.rules import Column, CrossRule

_SEEN_BY: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_PAGE_ROWS: Final = 20
_NEW: Final = "new"


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def rule_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    search = request.GET.get("search", "").replace("\x00", "").strip()[:64]
    drafts = queries.visible_drafts(actor)
    schemas = queries.visible_schemas(actor)
    kept = [KeptRules(each, owner_of(each.resource), each.resource in drafts) for each in schemas]
    known = {each.schema.resource for each in kept}
    found = Paginator(queries.candidates(actor, search), _PAGE_ROWS).get_page(request.GET.get("page"))
    new = [draft for code, draft in drafts.items() if code not in known]
    page = RulesListPage(kept, new, found, search, bool(actor.organisations(Role.STEWARD)))
    return render(request, "exchange/quality/rule_list.html", {"page": page})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def rules(request: HttpRequest, resource: str) -> HttpResponse:
    return render(request, "exchange/quality/rules.html", {"page": rules_page(actor_of(request), resource)})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def version(request: HttpRequest, number: int, resource: str) -> HttpResponse:
    page = rules_page(actor_of(request), resource, number=number)
    return render(request, "exchange/quality/rules.html", {"page": page})


@require_POST
@role_required(Role.STEWARD)
def propose(request: HttpRequest, resource: str) -> HttpResponse:
    actor = actor_of(request)
    try:
        _known(lambda: operations.propose_rules(actor, resource, now=timezone.now()))
    except NothingToPropose:
        messages.error(request, _("目录条目没有登记信息项，无法生成规则；请先在目录中补全信息项。"))
        return redirect("exchange:quality-rule-list")
    messages.success(request, _("已按目录的信息项生成规则草稿，请核对后确认。"))
    return redirect("exchange:quality-rules", resource=resource)


@require_POST
@role_required(Role.STEWARD)
def begin(request: HttpRequest, resource: str) -> HttpResponse:
    actor = actor_of(request)
    _known(lambda: operations.begin_draft(actor, resource, now=timezone.now()))
    return redirect("exchange:quality-rules", resource=resource)


@require_POST
@role_required(Role.STEWARD)
def confirm(request: HttpRequest, resource: str) -> HttpResponse:
    actor, seen = actor_of(request), request.POST.get("seen", "")
    try:
        _known(lambda: operations.confirm_draft(actor, resource, seen=seen, now=timezone.now()))
    except operations.ChangedMeanwhile:
        messages.error(request, _("草稿在您查看之后又有改动，请重新核对。"))
    else:
        messages.success(request, _("规则已确认，从下一次报送起生效。"))
    return redirect("exchange:quality-rules", resource=resource)


@require_POST
@role_required(Role.STEWARD)
def drop(request: HttpRequest, resource: str) -> HttpResponse:
    actor = actor_of(request)
    _known(lambda: operations.drop_draft(actor, resource))
    messages.success(request, _("草稿已删除。"))
    return redirect("exchange:quality-rule-list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def part(request: HttpRequest, about: str, key: str, resource: str) -> HttpResponse:
    """Show and take one column, rule or check of the draft."""
    actor, draft = _draft(request, resource)
    ruleset = rulebook.contents_of(draft)
    found = None if key == _NEW else mending.part_of(ruleset, about, key)
    if found is None and (key != _NEW or about == "column"):
        raise Http404
    form = _form(request, actor, about, found, ruleset)
    if request.method == "POST" and "remove" in request.POST and found is not None:
        saved = _saved(request, form, actor, resource, lambda: mending.with_part(ruleset, about, key, None))
    else:
        saved = request.method == "POST" and form.is_valid()
        saved = saved and _saved(
            request, form, actor, resource, lambda: mending.with_part(ruleset, about, key, form.part())
        )
    if saved:
        return redirect("exchange:quality-rules", resource=resource)
    page = PartPage(resource, ruleset.schema.title, _heading(about, found), _LEADS[about], form, found is not None)
    return render(request, "exchange/quality/part.html", {"page": page}, status=_status(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def policy(request: HttpRequest, resource: str) -> HttpResponse:
    """Show and take when a delivery isn't published."""
    actor, draft = _draft(request, resource)
    ruleset = rulebook.contents_of(draft)
    form = PolicyForm(request.POST or None, ruleset=ruleset)
    if request.method == "POST" and form.is_valid():
        changed = mending.with_policy(ruleset, form.policy())
        operations.edit_draft(actor, resource, changed, now=timezone.now())
        return redirect("exchange:quality-rules", resource=resource)
    lead = _("写明退回多少行时整份不采用，文件的列有哪些变化时先暂停。")
    page = PartPage(resource, ruleset.schema.title, _("采用的条件"), lead, form, False)
    return render(request, "exchange/quality/part.html", {"page": page}, status=_status(request))


def _draft(request: HttpRequest, resource: str) -> tuple[Actor, RuleVersion]:
    actor = actor_of(request)
    draft = rulebook.draft_of(resource) if queries.may_keep(actor, resource) else None
    if draft is None:
        raise Http404
    return actor, draft


def _form(request: HttpRequest, actor: Actor, about: str, found: mending.Part | None, ruleset: RuleSet) -> PartForm:
    data = request.POST or None
    if isinstance(found, Column):
        return ColumnForm(data, column=found, ruleset=ruleset)
    if about == "rule":
        return CrossRuleForm(data, rule=found if isinstance(found, CrossRule) else None, ruleset=ruleset)
    check = found if isinstance(found, Check) else None
    return CheckForm(data, check=check, ruleset=ruleset, targets=queries.visible_schemas(actor))


def _saved(request: HttpRequest, form: PartForm, actor: Actor, resource: str, mend: Callable[[], RuleSet]) -> bool:
    try:
        operations.edit_draft(actor, resource, mend(), now=timezone.now())
    except ValueError as error:
        if form.is_valid():
            form.add_error(None, str(wording.refused(error)))
        else:
            messages.error(request, str(wording.refused(error)))
        return False
    return True


_LEADS: Final[dict[str, Any]] = {
    "column": wording.LEAD_COLUMN,
    "rule": wording.LEAD_RULE,
    "check": wording.LEAD_CHECK,
}


def _heading(about: str, found: mending.Part | None) -> wording.Text:
    if isinstance(found, Column):
        return found.title
    return found.code if found is not None else wording.ABOUT[about]


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _known(act: Callable[[], object]) -> None:
    """Do what the steward asked; what isn't theirs doesn't exist for them."""
    try:
        act()
    except (NotPermitted, operations.NoSuchRules):
        raise Http404 from None
