"""Addresses of the faces, at the site's root. Each face adds one line."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("haihe.data.open.faces.ckan.urls")),
    path("", include("haihe.data.open.faces.dcat.urls")),
    path("", include("haihe.data.open.faces.ogc.urls")),
    path("", include("haihe.data.open.faces.schema_org.urls")),
]
