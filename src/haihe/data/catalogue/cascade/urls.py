from django.urls import URLPattern, URLResolver, path

from haihe.data.catalogue.cascade import machine_views as machine
from haihe.data.catalogue.cascade import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.nodes, name="cascade"),
    path("new/", views.new, name="cascade-new"),
    path("nodes/<slug:slug>/", views.node, name="cascade-node"),
    path("nodes/<slug:slug>/exchange/", views.exchange, name="cascade-exchange"),
    path("nodes/<slug:slug>/file/", views.file, name="cascade-file"),
    path("nodes/<slug:slug>/token/", views.token, name="cascade-token"),
    path("nodes/<slug:slug>/change/", views.change, name="cascade-change"),
    path("runs/<uuid:pk>/", views.run, name="cascade-run"),
    path("runs/<uuid:pk>/answer/", views.answer, name="cascade-answer"),
    path("lower/", views.lower, name="lower"),
    path("lower/<slug:slug>/<path:code>/", views.lower_entry, name="lower-entry"),
    path("entries", machine.entries, name="cascade-entries"),
    path("entries.<slug:suffix>", machine.entries, name="cascade-entries-as"),
    path("receive", machine.receive, name="cascade-receive"),
    path("receipts", machine.receipts, name="cascade-receipts"),
]
