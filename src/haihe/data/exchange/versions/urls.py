"""Included in the exchange's own urls; names begin with `versions`. A resource's code has a slash in it."""

from django.urls import URLPattern, path

from haihe.data.exchange.versions import views

urlpatterns: list[URLPattern] = [
    path("of/<path:resource>/", views.versions, name="versions"),
    path("retention/<path:resource>/", views.retention, name="versions-retention"),
    path("compare/<path:resource>/", views.compare, name="versions-compare"),
]
