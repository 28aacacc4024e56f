"""Where everybody finds out when results are out."""

from django.urls import URLPattern, path

from haihe.platforms.services.releases import public_views

app_name = "results"
urlpatterns: list[URLPattern] = [path("", public_views.results, name="list")]
