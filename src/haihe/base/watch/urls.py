from django.urls import URLPattern, URLResolver, path

from haihe.base.watch import views

app_name = "watch"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.alerts, name="alerts"),
    path("rules/", views.rules, name="rules"),
    path("<int:pk>/", views.alert, name="alert"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
]
