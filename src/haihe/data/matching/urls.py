from django.urls import URLPattern, path

from haihe.data.matching.views import checks, leads, models, runs, visits

app_name = "matching"
urlpatterns: list[URLPattern] = [
    path("", models.models, name="models"),
    path("models/new/", models.new, name="new"),
    path("models/new/preview/", models.preview, name="preview"),
    path("models/new/file/", models.upload, name="upload"),
    path("models/<slug:number>/", models.model, name="model"),
    path("models/<slug:number>/edit/", models.edit, name="edit"),
    path("models/<slug:number>/file/", models.upload, name="upload-version"),
    path("models/<slug:number>/run/", runs.start, name="start"),
    path("versions/<uuid:pk>/", models.version, name="version"),
    path("versions/<uuid:pk>/file/", models.version_file, name="version-file"),
    path("versions/<uuid:pk>/<slug:name>/", models.move, name="move-version"),
    path("runs/<slug:number>/", runs.run, name="run"),
    path("runs/<slug:number>/live/", runs.run_live, name="run-live"),
    path("runs/<slug:number>/cancel/", runs.cancel, name="cancel"),
    path("models/<slug:number>/pause/", models.pause, name="pause"),
    path("runs/<slug:number>/leads/", leads.make, name="make-leads"),
    path("leads/", leads.leads, name="leads"),
    path("leads/progress/", leads.progress, name="progress"),
    path("leads/<slug:number>/", leads.lead, name="lead"),
    path("leads/<slug:number>/<slug:name>/", leads.move, name="move-lead"),
    path("checks/", checks.checks, name="checks"),
    path("checks/<slug:number>/", checks.check, name="check"),
    path("checks/<slug:number>/answer/", checks.answer, name="answer-check"),
    path("visits/", visits.visits, name="visits"),
    path("visits/sync/", visits.sync, name="sync"),
    path("visits/worker.js", visits.worker, name="visits-worker"),
    path("visits/<slug:number>/", visits.visit, name="visit"),
    path("visits/<slug:number>/step/", visits.step, name="visit-step"),
    path("runs/<slug:number>/result/", runs.result, name="result"),
    path("runs/<slug:number>/result/<int:row>/", runs.open_row, name="open-row"),
]
