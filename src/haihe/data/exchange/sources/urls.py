"""Included in the exchange's own urls; names begin with `source`."""

from django.urls import URLPattern, path

from haihe.data.exchange.sources import views

urlpatterns: list[URLPattern] = [
    path("", views.sources, name="sources"),
    path("new/", views.choose, name="source-choose"),
    path("new/<slug:kind>/", views.add, name="source-add"),
    path("<uuid:pk>/", views.source, name="source"),
    path("<uuid:pk>/live/", views.source_live, name="source-live"),
    path("<uuid:pk>/settings/", views.change, name="source-change"),
    path("<uuid:pk>/test/", views.probe, name="source-probe"),
    path("<uuid:pk>/columns/", views.agree, name="source-agree"),
    path("<uuid:pk>/plan/", views.plan, name="source-plan"),
    path("<uuid:pk>/fetch/", views.fetch, name="source-fetch"),
    path("<uuid:pk>/pause/", views.pause, name="source-pause"),
    path("<uuid:pk>/resume/", views.resume, name="source-resume"),
    path("fetches/<uuid:pk>/", views.source_run, name="source-run"),
]
