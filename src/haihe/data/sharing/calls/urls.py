from django.urls import URLPattern, URLResolver, path

from haihe.data.sharing.calls import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.show, name="calls"),
]
