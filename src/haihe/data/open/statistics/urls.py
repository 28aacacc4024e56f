"""Addresses of the statistics, below /open/."""

from django.urls import URLPattern, path

from haihe.data.open.statistics import views

app_name = "open-statistics"
urlpatterns: list[URLPattern] = [
    path("statistics/", views.statistics, name="statistics"),
    path("statistics/uses.<str:form>", views.export, name="export"),
    path("statistics/days.json", views.days, name="days"),
    path("statistics/days.atom", views.feed, name="feed"),
    path("statistics/days/<str:day>.proof.json", views.proof, name="proof"),
    path("statistics/days/<str:day>.json", views.day, name="day"),
    path("dashboard/", views.dashboard, name="dashboard"),
]
