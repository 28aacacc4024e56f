"""Addresses that search engines look for."""

from django.urls import URLPattern, path

from haihe.data.open.faces.schema_org import views

urlpatterns: list[URLPattern] = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
