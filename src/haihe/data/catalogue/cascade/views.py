"""The operator's pages of the cascade, and the entries of nodes below, which anybody may read."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.catalogue.cascade import exchanging, pages, queries, tasks
from haihe.data.catalogue.cascade import nodes as operations
from haihe.data.catalogue.cascade.errors import NodeNotFound
from haihe.data.catalogue.cascade.forms import NodeForm
from haihe.data.catalogue.cascade.models import Change
from haihe.data.catalogue.cascade.reading import MOST_BYTES, NoPage
from haihe.data.catalogue.errors import CatalogueError

_PAGE_ROWS: Final = 20
_DIFF_ROWS: Final = 50
_SUFFIXES: Final = {".ttl": "text/turtle", ".rdf": "application/rdf+xml", ".jsonld": "application/ld+json"}


@never_cache
@require_safe
@role_required(Role.OPERATOR, Role.AUDITOR)
def nodes(request: HttpRequest) -> HttpResponse:
    return render(request, "catalogue/cascade/nodes.html", {"page": pages.nodes_page(actor_of(request))})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OPERATOR)
def new(request: HttpRequest) -> HttpResponse:
    """Register a node; its token is on the page that answers, and nowhere afterwards."""
    form = NodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            node = form.node()
            token = operations.register_node(actor=actor_of(request), node=node, now=timezone.now())
            return _node(request, node.slug, token=token)
        except CatalogueError as refused:
            form.add_error(form.field_of(refused.field), refused.message)
    status = 422 if request.method == "POST" else 200
    return render(request, "catalogue/cascade/new.html", {"form": form}, status=status)


@never_cache
@require_safe
@role_required(Role.OPERATOR, Role.AUDITOR)
def node(request: HttpRequest, slug: str) -> HttpResponse:
    return _node(request, slug)


@require_POST
@role_required(Role.OPERATOR)
def exchange(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the worker pull or push; the page of the node shows how it goes."""
    row = _found(lambda: queries.node(slug))
    tasks.ask_for(row, whole=request.POST.get("whole") == "1", by=actor_of(request))
    messages.success(request, _("已安排交换，结果会出现在交换记录中，请稍后刷新。"))
    return redirect("catalogue:cascade-node", slug=slug)


@require_POST
@role_required(Role.OPERATOR)
def file(request: HttpRequest, slug: str) -> HttpResponse:
    """Stage a file that was handed in; the difference is shown before anything is taken in."""
    handed = request.FILES.get("page")
    if handed is None or handed.file is None:
        return _node(request, slug, complaint=_("请选择一个文件。"))
    name = (handed.name or "").lower()
    media_type = next((kind for suffix, kind in _SUFFIXES.items() if name.endswith(suffix)), "application/json")
    try:
        run = exchanging.read_file(
            actor=actor_of(request),
            slug=slug,
            data=handed.read(MOST_BYTES + 1),
            media_type=media_type,
            now=timezone.now(),
        )
    except NodeNotFound:
        raise Http404 from None
    except NoPage as refused:
        return _node(request, slug, complaint=str(refused))
    except CatalogueError as refused:
        return _node(request, slug, complaint=refused.message)
    return redirect("catalogue:cascade-run", pk=run.pk)


@never_cache
@require_POST
@role_required(Role.OPERATOR)
def token(request: HttpRequest, slug: str) -> HttpResponse:
    actor = actor_of(request)
    issued = _found(lambda: operations.renew_token(actor=actor, slug=slug, now=timezone.now()))
    return _node(request, slug, token=issued)


@require_POST
@role_required(Role.OPERATOR)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    actor, told = actor_of(request), request.POST
    token = told.get("token", "").strip()
    if len(token) > 200 or not token.isascii():
        return _node(request, slug, complaint=_("令牌应为对方给出的一串字符，不含空格。"))
    _found(
        lambda: operations.change_node(
            actor=actor,
            slug=slug,
            now=timezone.now(),
            token=token,
            enabled=told["enabled"] == "1" if "enabled" in told else None,
            is_automatic=told["automatic"] == "1" if "automatic" in told else None,
        )
    )
    messages.success(request, _("已保存。"))
    return redirect("catalogue:cascade-node", slug=slug)


@never_cache
@require_safe
@role_required(Role.OPERATOR, Role.AUDITOR)
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _run(request, pk)


@require_POST
@role_required(Role.OPERATOR)
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take in what the page showed, or drop it."""
    take = request.POST.get("take") == "1"
    try:
        exchanging.answer(actor=actor_of(request), run_id=pk, take=take, now=timezone.now())
    except NodeNotFound:
        raise Http404 from None
    except CatalogueError as refused:
        return _run(request, pk, complaint=refused.message)
    messages.success(request, _("已收录。") if take else _("已放弃。"))
    return redirect("catalogue:cascade-run", pk=pk)


@require_safe
def lower(request: HttpRequest) -> HttpResponse:
    """Find entries of nodes below; open to everybody, as our own catalogue is."""
    typed = request.GET.get("search", "").replace("\x00", "").strip()[:60]
    slug = request.GET.get("node", "").replace("\x00", "")[:16]
    found = queries.found_below(typed, node=slug)
    paginator = Paginator(found.rows, _PAGE_ROWS)
    rows = paginator.get_page(request.GET.get("page"))
    page = pages.LowerPage(rows, typed, slug, pages.nodes_below())
    return render(request, "catalogue/cascade/lower.html", {"page": page})


@require_safe
def lower_entry(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    row = _found(lambda: queries.entry_below(slug, code))
    return render(request, "catalogue/cascade/entry.html", {"page": pages.entry_page(row)})


def _node(request: HttpRequest, slug: str, *, token: str = "", complaint: str = "") -> HttpResponse:
    row = _found(lambda: queries.node(slug))
    page = pages.node_page(actor_of(request), row, token=token, complaint=complaint)
    return render(request, "catalogue/cascade/node.html", {"page": page}, status=422 if complaint else 200)


def _run(request: HttpRequest, pk: UUID, *, complaint: str = "") -> HttpResponse:
    row = _found(lambda: queries.run(pk))
    change = request.GET.get("change", "")
    rows = queries.staged(row, change if change in Change.values else "")
    diff = Paginator(rows, _DIFF_ROWS).get_page(request.GET.get("page"))
    page = pages.run_page(actor_of(request), row, diff, change=change, complaint=complaint)
    return render(request, "catalogue/cascade/run.html", {"page": page}, status=422 if complaint else 200)


def _found[T](find: Callable[[], T]) -> T:
    try:
        return find()
    except NodeNotFound:
        raise Http404 from None
