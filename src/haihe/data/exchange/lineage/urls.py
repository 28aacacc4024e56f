"""Included in the exchange's own urls; names begin with `lineage`. A resource's code has a slash in it."""

from django.urls import URLPattern, path

from haihe.data.exchange.lineage import views

urlpatterns: list[URLPattern] = [
    path("of/<path:resource>/", views.of_resource, name="lineage"),
    path("runs/<uuid:pk>/", views.of_run, name="lineage-run"),
    path("snapshots/<str:snapshot>/", views.of_snapshot, name="lineage-snapshot"),
]
