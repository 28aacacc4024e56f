from django.urls import URLPattern, URLResolver, path

from haihe.data.exchange.nodes import views

app_name = "nodes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("join/", views.join, name="join"),
]
