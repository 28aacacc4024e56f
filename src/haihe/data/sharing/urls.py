from django.urls import URLPattern, URLResolver, include, path

from haihe.data.sharing.views import clients, clocks, corrections, evidence, grants, requests, services, workbench

app_name = "sharing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", workbench.workbench, name="workbench"),
    path("new/", requests.new, name="new"),
    path("requests/<uuid:pk>/", requests.show, name="request"),
    path("requests/<uuid:pk>/edit/", requests.edit, name="edit"),
    path("requests/<uuid:pk>/moves/<slug:name>/", requests.move, name="move-request"),
    path("grants/<uuid:pk>/", grants.show, name="grant"),
    path("grants/<uuid:pk>/moves/<slug:name>/", grants.move, name="move-grant"),
    path("evidence/check/", evidence.check, name="check-evidence"),
    path("evidence/<uuid:number>/", evidence.show, name="evidence"),
    path("evidence/<uuid:number>/<slug:suite>.json", evidence.download, name="evidence-file"),
    path("grants/<uuid:pk>/renew/", grants.renew, name="renew-grant"),
    path("disposals/<uuid:pk>/moves/<slug:name>/", grants.move_disposal, name="move-disposal"),
    path("corrections/<slug:number>/", corrections.show, name="correction"),
    path("corrections/<slug:number>/person/", corrections.person, name="correction-person"),
    path("corrections/<slug:number>/moves/<slug:name>/", corrections.move, name="move-correction"),
    path("needs/", include("haihe.data.sharing.needs.urls")),
    path("calls/", include("haihe.data.sharing.calls.urls")),
    path("clocks/", clocks.clocks, name="clocks"),
    path("services/<slug:slug>/", services.show, name="service"),
    path("services/<slug:slug>/switch/", services.switch, name="switch-service"),
    path("services/<slug:slug>/source/", services.confirm, name="confirm-source"),
    path("services/<slug:slug>/source-secret/", services.renew_secret, name="renew-source-secret"),
    path("register-client/", clients.new, name="client-new"),
    path("clients/<slug:client_id>/", clients.show, name="client"),
    path("clients/<slug:client_id>/secret/", clients.rotate, name="rotate-secret"),
    path("clients/<slug:client_id>/switch/", clients.switch, name="switch-client"),
]
