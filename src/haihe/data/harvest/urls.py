"""The data centre's desk of remote catalogues, below /open/desk/harvest/."""

from django.urls import URLPattern, path

from haihe.data.harvest import views

app_name = "harvest"
urlpatterns: list[URLPattern] = [
    path("", views.desk, name="desk"),
    path("new", views.new, name="new"),
    path("<slug:slug>/", views.remote, name="catalogue"),
    path("<slug:slug>/change/", views.change, name="change"),
    path("<slug:slug>/move/<str:name>/", views.move, name="move"),
    path("<slug:slug>/runs/", views.begin, name="begin"),
    path("<slug:slug>/runs/<uuid:run_id>/", views.run, name="run"),
    path("<slug:slug>/runs/<uuid:run_id>/again/", views.again, name="again"),
    path("<slug:slug>/runs/<uuid:run_id>/settle/<str:decision>/", views.settle, name="settle"),
]
