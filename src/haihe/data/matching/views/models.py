"""Models: the list, the builder, the file, the versions and their confirmation."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.data.matching import pages, queries
from haihe.data.matching.builder import BuilderPage, builder_page, preview_of
from haihe.data.matching.definition import ModelRefused, read_definition
from haihe.data.matching.drafts import Draft, draft_of, posted_draft
from haihe.data.matching.forms import FileForm, WordsForm
from haihe.data.matching.models import MatchModel, MatchModelVersion
from haihe.data.matching.offers import offers_for
from haihe.data.matching.operations.modelling import move_version, write_model, write_version
from haihe.data.matching.operations.scheduling import pause_model
from haihe.data.matching.views.answering import OFFICE, PAGE_ROWS, READERS, attempt, or_404, tell
from haihe.data.matching.workflow import MatchRunState, VersionState


@never_cache
@require_safe
@role_required(*READERS)
def models(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Paginator(queries.visible_models(actor), PAGE_ROWS).get_page(request.GET.get("page"))
    shown = list(rows)
    versions, runs = queries.newest_versions(shown), queries.newest_runs(shown)
    page = pages.ModelsPage(
        rows=rows,
        models=[pages.ModelRow(one, versions.get(one.pk), runs.get(one.pk)) for one in shown],
        may_write=actor.has(Role.STEWARD),
        sees_all=queries.sees_all(actor),
    )
    return render(request, "matching/models.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    organisation = _organisation(request, actor)
    draft = _draft(request.POST) if request.method == "POST" else Draft()
    refusal = ""
    if request.POST.get("do") == "save":
        text, refusal = _text(draft, organisation)
        if not refusal:
            number, refusal = attempt(
                lambda: write_model(actor=actor, organisation=organisation, text=text, now=timezone.now())
            )
            if number:
                return redirect("matching:model", number)
    return _builder(request, draft, organisation, refusal=refusal)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def edit(request: HttpRequest, number: str) -> HttpResponse:
    model = _own_model(actor_of(request), number)
    refusal = ""
    if request.method == "POST":
        draft = _draft(request.POST)
    else:
        draft, refusal = _written(model)
    if request.POST.get("do") == "save":
        text, refusal = _text(draft, model.organisation)
        if not refusal:
            version, refusal = attempt(
                lambda: write_version(actor=actor_of(request), number=number, text=text, now=timezone.now())
            )
            if version:
                return redirect("matching:version", version.pk)
    return _builder(request, draft, model.organisation, number=number, refusal=refusal)


@never_cache
@require_POST
@role_required(Role.STEWARD)
def preview(request: HttpRequest) -> HttpResponse:
    """Answer the builder while somebody fills it in."""
    organisation, now = _organisation(request, actor_of(request)), timezone.now()
    draft = _draft(request.POST)
    found = preview_of(draft, offers_for(organisation, draft.purpose, now=now), organisation=organisation, now=now)
    return render(request, "matching/preview.html", {"preview": found})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def upload(request: HttpRequest, number: str = "") -> HttpResponse:
    """Take a model's file: a new model, or a new version of one."""
    actor = actor_of(request)
    organisation = _own_model(actor, number).organisation if number else _organisation(request, actor)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        text, now = form.cleaned_data["file"], timezone.now()
        if number:
            version, refusal = attempt(lambda: write_version(actor=actor, number=number, text=text, now=now))
            if version:
                return redirect("matching:version", version.pk)
        else:
            made, refusal = attempt(lambda: write_model(actor=actor, organisation=organisation, text=text, now=now))
            if made:
                return redirect("matching:model", made)
        form.add_error("file", refusal)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "matching/upload.html", {"form": form, "number": number, "organisation": organisation}, status=status
    )


@never_cache
@require_safe
@role_required(*READERS)
def model(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    found = or_404(lambda: queries.model_for(actor, number))
    versions = list(found.versions.all())
    runs = queries.visible_runs(actor).filter(version__model=found)
    page = pages.ModelPage(
        model=found,
        in_force=_told(versions, VersionState.CONFIRMED),
        making=_told(versions, VersionState.DRAFT, VersionState.SUBMITTED),
        versions=versions,
        runs=Paginator(runs, PAGE_ROWS).get_page(request.GET.get("page")),
        may_write=actor.has(Role.STEWARD, found.organisation),
        may_publish=bool(actor.organisations(*OFFICE) & {found.organisation}),
        is_running=runs.filter(state__in=(MatchRunState.QUEUED, MatchRunState.RUNNING)).exists(),
    )
    return render(request, "matching/model.html", {"page": page})


@never_cache
@require_safe
@role_required(*READERS)
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _version(request, pk)


@require_safe
@role_required(*READERS)
def version_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = or_404(lambda: queries.version_for(actor_of(request), pk))
    response = HttpResponse(found.text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.model.number}-v{found.number}.toml"'
    return response


@require_POST
@role_required(*OFFICE)
def move(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    form = WordsForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    _done, refusal = attempt(
        lambda: move_version(actor=actor_of(request), version_id=pk, name=name, now=timezone.now(), words=words)
    )
    if refusal:
        return _version(request, pk, refusal=refusal)
    tell(request, "", _("已办理。"))
    return redirect("matching:version", pk)


@require_POST
@role_required(Role.STEWARD)
def pause(request: HttpRequest, number: str) -> HttpResponse:
    """Stop or go on running by schedule."""
    paused = request.POST.get("paused") == "1"
    _done, refusal = attempt(
        lambda: pause_model(actor=actor_of(request), number=number, paused=paused, now=timezone.now())
    )
    tell(request, refusal, _("计划已暂停。") if paused else _("计划已恢复。"))
    return redirect("matching:model", number)


def _version(request: HttpRequest, pk: UUID, *, refusal: str = "") -> HttpResponse:
    actor = actor_of(request)
    page = pages.version_page(actor, or_404(lambda: queries.version_for(actor, pk)))
    context = {"page": page, "refusal": refusal}
    return render(request, "matching/version.html", context, status=422 if refusal else 200)


def _builder(
    request: HttpRequest, draft: Draft, organisation: str, *, number: str = "", refusal: str = ""
) -> HttpResponse:
    page: BuilderPage = builder_page(
        draft,
        organisation=organisation,
        organisations=[] if number else actor_of(request).organisations(Role.STEWARD),
        number=number,
        now=timezone.now(),
        with_preview=request.POST.get("do") in ("preview", "save") or bool(number),
        refusal=refusal,
    )
    return render(request, "matching/builder.html", {"page": page}, status=422 if refusal else 200)


def _draft(posted: QueryDict) -> Draft:
    told = {name: str(value) for name, value in posted.items()}
    return posted_draft(told, posted.getlist("output")).changed(posted.get("do", ""))


def _text(draft: Draft, organisation: str) -> tuple[str, str]:
    """Return the draft's file, or the sentence that says what is missing."""
    try:
        return draft.text(offers_for(organisation, draft.purpose, now=timezone.now())), ""
    except ModelRefused as refused:
        return "", refused.sentence


def _written(found: MatchModel) -> tuple[Draft, str]:
    """Return the newest version as a form, or the sentence that says why it can't be one."""
    newest = found.versions.first()
    try:
        return (draft_of(read_definition(newest.text)) if newest else Draft()), ""
    except ModelRefused as refused:
        return Draft(), refused.sentence


def _told(versions: list[MatchModelVersion], *states: VersionState) -> pages.VersionTold | None:
    return next((pages.told_version(one) for one in versions if one.state in states), None)


def _organisation(request: HttpRequest, actor: Actor) -> str:
    """Return for which of their departments somebody builds. Raises: NotPermitted."""
    held = sorted(actor.organisations(Role.STEWARD))
    asked = request.POST.get("organisation") or request.GET.get("organisation") or held[0]
    if asked not in held:
        raise NotPermitted(f"build a model for {asked}")
    return asked


def _own_model(actor: Actor, number: str) -> MatchModel:
    found = or_404(lambda: queries.model_for(actor, number))
    if not actor.has(Role.STEWARD, found.organisation):
        raise NotPermitted(f"write a version of {found}")
    return found
