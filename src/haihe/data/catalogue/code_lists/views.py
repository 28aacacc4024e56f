"""Pages of code lists: open to everybody; kept by whoever they belong to."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.models import CodeList, CodeListVersion
from haihe.data.catalogue.operations.code_lists import add_code_list, may_keep, renew_code_list
from haihe.data.catalogue.wording import organisation_name

_CONTROL: Final = {"class": "form-control"}
_HELP: Final = gettext_lazy("一行一个：代码、空格、含义，如 1 男性。")


class RenewForm(forms.Form):
    """The codes of the next version."""

    codes = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=200_000,
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 8}),
        help_text=_HELP,
    )


class NewForm(RenewForm):
    """A list to add."""

    slug = forms.CharField(
        label=gettext_lazy("标识"),
        max_length=48,
        widget=forms.TextInput(attrs=_CONTROL | {"autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("小写字母开头，含字母、数字和短横线，如 relief-type；登记后不能更改。"),
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=64, widget=forms.TextInput(attrs=_CONTROL))
    standard = forms.CharField(
        label=gettext_lazy("标准"), required=False, max_length=64, widget=forms.TextInput(attrs=_CONTROL)
    )
    owner = forms.ChoiceField(
        label=gettext_lazy("维护单位"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    field_order = ("slug", "title", "standard", "owner", "codes")

    def __init__(self, *args: Any, owners: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(code, organisation_name(code) if code else _("全市")) for code in owners]


@require_http_methods(["GET", "HEAD", "POST"])
def code_lists(request: HttpRequest) -> HttpResponse:
    """Show all lists; add one."""
    actor = actor_of(request)
    owners = _owners(actor)
    form = NewForm(request.POST if request.method == "POST" else None, owners=owners) if owners else None
    if request.method == "POST":
        if form is None:
            raise NotPermitted("add a code list")
        if form.is_valid():
            try:
                return redirect(
                    "catalogue:code-list", slug=add_code_list(actor=actor, now=timezone.now(), **form.cleaned_data)
                )
            except CatalogueError as refused:
                form.add_error(refused.field, refused.message)
    newest = CodeListVersion.objects.filter(code_list=OuterRef("pk")).order_by("-number")
    rows = CodeList.objects.annotate(number=Subquery(newest.values("number")[:1]), at=Subquery(newest.values("at")[:1]))
    context = {"rows": rows, "form": form}
    return render(request, "catalogue/code_lists/lists.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def code_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one list with its versions; renew it."""
    actor = actor_of(request)
    row = CodeList.objects.filter(slug=slug).first()
    if row is None:
        raise Http404
    versions = list(row.versions.order_by("-number"))
    shown = _shown(versions, request.GET.get("version", ""))
    form = _renewing(request, actor, row, versions)
    if request.method == "POST":
        if form is None:
            raise NotPermitted(f"renew {slug}")
        if form.is_valid():
            try:
                renew_code_list(actor=actor, slug=slug, codes=form.cleaned_data["codes"], now=timezone.now())
                messages.success(request, _("已发布新版本。"))
                return redirect("catalogue:code-list", slug=slug)
            except CatalogueError as refused:
                form.add_error(refused.field, refused.message)
    context = {"row": row, "versions": versions, "shown": shown, "form": form}
    return render(request, "catalogue/code_lists/list.html", context, status=422 if request.method == "POST" else 200)


def _owners(actor: Actor) -> list[str]:
    city = [""] if actor.has(Role.OPERATOR) else []
    return [*city, *sorted(actor.organisations(Role.STEWARD))]


def _shown(versions: list[CodeListVersion], told: str) -> CodeListVersion | None:
    """Return the version asked for, else the newest."""
    return next((version for version in versions if str(version.number) == told), versions[0] if versions else None)


def _renewing(request: HttpRequest, actor: Actor, row: CodeList, versions: list[CodeListVersion]) -> RenewForm | None:
    if not may_keep(actor, row.owner):
        return None
    lines = [f"{code} {meaning}" for code, meaning in versions[0].codes] if versions else []
    return RenewForm(request.POST if request.method == "POST" else None, initial={"codes": "\n".join(lines)})
