"""Addresses of the CKAN Action API. Nothing here redirects: its clients don't follow."""

from django.urls import URLPattern, path

from haihe.data.open.faces.ckan import views

app_name = "ckan"
urlpatterns: list[URLPattern] = [
    path("api/3", views.version, name="version"),
    path("api/3/", views.version),
]
