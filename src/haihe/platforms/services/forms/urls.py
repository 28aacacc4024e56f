from django.urls import URLPattern, URLResolver, path

from haihe.platforms.services.forms.views import (
    beginning,
    delegations,
    files,
    filling,
    resuming,
    sending,
    syncing,
    window,
)

app_name = "services_forms"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", beginning.drafts, name="drafts"),
    path("worker.js", syncing.worker, name="worker"),
    path("offline/", syncing.offline, name="offline"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/<uuid:delegation>/revoke/", delegations.revoke, name="revoke"),
    path("drafts/<uuid:draft>/", filling.resume, name="resume"),
    path("drafts/<uuid:draft>/window/", window.window, name="window"),
    path("drafts/<uuid:draft>/check/", sending.check, name="check"),
    path("drafts/<uuid:draft>/reports/<slug:field>/", sending.report, name="report"),
    path("drafts/<uuid:draft>/discard/", beginning.discard, name="discard"),
    path("drafts/<uuid:draft>/receipt/", sending.receipt, name="receipt"),
    path("drafts/<uuid:draft>/receipt.json", sending.receipt_file, name="receipt-file"),
    path("drafts/<uuid:draft>/sections/<slug:section>/", filling.section, name="section"),
    path("drafts/<uuid:draft>/sections/<slug:section>/sync/", syncing.sync, name="sync"),
    path("drafts/<uuid:draft>/uploads/", resuming.uploads, name="uploads"),
    path("drafts/<uuid:draft>/uploads/<uuid:upload>/", resuming.upload, name="upload"),
    path("files/<uuid:upload>/", files.file, name="file"),
    path("<slug:slug>/", beginning.guide, name="guide"),
    path("<slug:slug>/papers/", beginning.papers, name="papers"),
]
