"""Addresses of the faces, at the site's root. Each face adds one line."""

from django.urls import URLPattern, URLResolver, include, path

from haihe.data.open.faces import token_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("haihe.data.open.faces.ckan.urls")),
    path("", include("haihe.data.open.faces.dcat.urls")),
    path("", include("haihe.data.open.faces.ogc.urls")),
    path("", include("haihe.data.open.faces.schema_org.urls")),
    path("", include("haihe.data.open.faces.legacy.urls")),
    path("open/tokens/", token_views.publisher_tokens, name="open-tokens"),
    path("open/tokens/<uuid:pk>/revoke/", token_views.revoke, name="open-token-revoke"),
]
