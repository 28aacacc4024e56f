"""Addresses of the CKAN Action API. Nothing here redirects: its clients don't follow."""

from django.urls import URLPattern, path

from haihe.data.open.faces.ckan import views

app_name = "ckan"
urlpatterns: list[URLPattern] = [
    path("api/3", views.version, name="version"),
    path("api/3/", views.version),
    path("api/3/action/<str:name>", views.act, name="action"),
    path("api/action/<str:name>", views.act),
    path("datastore/dump/<str:name>", views.dump, name="dump"),
]
