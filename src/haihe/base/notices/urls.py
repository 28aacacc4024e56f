from django.urls import URLPattern, URLResolver, path

from haihe.base.notices import views

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read, name="read"),
    path("<int:pk>/", views.follow, name="follow"),
]
