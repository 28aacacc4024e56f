"""Addresses of items, below /services/ and in the names of services."""

from django.urls import URLPattern, path

from haihe.platforms.services.items import steward_views, views

urlpatterns: list[URLPattern] = [
    path("items/", views.items, name="items"),
    path("items/<slug:slug>/", views.item, name="item"),
    path("items/<slug:slug>/qr.svg", views.qr, name="item-qr"),
    path("items/<slug:slug>/versions/", views.versions, name="item-versions"),
    path("items-desk/", steward_views.needless, name="items-desk"),
    path("departments/", views.departments, name="departments"),
    path("departments/<slug:code>/", views.department, name="department"),
    path("bundles/<slug:slug>/", views.bundle, name="bundle"),
]
