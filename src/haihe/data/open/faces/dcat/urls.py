"""Addresses of linked data."""

from django.urls import URLPattern, path

from haihe.data.open.faces.dcat import us, views

urlpatterns: list[URLPattern] = [
    path("catalog", views.catalogue, name="dcat-negotiated"),
    path("catalog.<str:suffix>", views.catalogue, name="dcat-catalogue"),
    path("open/datasets/<slug:slug>.<str:suffix>", views.dataset, name="dcat-dataset"),
    path("data.json", us.data_json, name="dcat-us"),
]
