"""Addresses of OGC API."""

from django.urls import URLPattern, path

from haihe.data.open.faces.ogc import views
from haihe.data.open.faces.ogc.words import CATALOGUE

urlpatterns: list[URLPattern] = [
    path("ogc/", views.landing, name="ogc"),
    path("ogc/api", views.api, name="ogc-api"),
    path("ogc/conformance", views.conformance, name="ogc-conformance"),
    path("ogc/collections", views.collection_list, name="ogc-collections"),
    path(f"ogc/collections/{CATALOGUE}/sortables", views.sortables, name="ogc-sortables"),
    path("ogc/collections/<str:name>", views.collection, name="ogc-collection"),
    path("ogc/collections/<str:name>/queryables", views.queryables, name="ogc-queryables"),
    path("ogc/collections/<str:name>/schema", views.schema, name="ogc-schema"),
    path("ogc/collections/<str:name>/items", views.items, name="ogc-items"),
    path("ogc/collections/<str:name>/items/<str:number>", views.item, name="ogc-item"),
]
