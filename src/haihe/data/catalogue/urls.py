from django.urls import URLPattern, URLResolver, path

from haihe.data.catalogue import views

app_name = "catalogue"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.resource_list, name="list"),
    path("entries/<path:code>/", views.resource, name="resource"),
    path("moves/<slug:name>/<path:code>/", views.move, name="move"),
]
