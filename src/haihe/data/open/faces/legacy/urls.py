"""The one address of the older interface."""

from django.urls import URLPattern, re_path

from haihe.data.open.faces.legacy import views

app_name = "legacy"
urlpatterns: list[URLPattern] = [
    re_path(r"^api/invoke/(?P<name>[0-9A-Fa-f]{32})/?$", views.invoke, name="invoke"),
]
