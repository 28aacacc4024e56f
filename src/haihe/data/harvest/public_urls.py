"""Datasets of other portals, below /open/external/: open to everybody."""

from django.urls import URLPattern, path

from haihe.data.harvest import public_views

app_name = "external"
urlpatterns: list[URLPattern] = [
    path("", public_views.external_list, name="list"),
    path("<uuid:pk>/", public_views.external_dataset, name="dataset"),
]
