from django.urls import URLPattern, path

from haihe.data.matching.review import views

app_name = "linkage"
urlpatterns: list[URLPattern] = [
    path("", views.runs, name="runs"),
    path("new/", views.start, name="start"),
    path("runs/<slug:number>/", views.run, name="run"),
    path("runs/<slug:number>/live/", views.run_live, name="run-live"),
    path("runs/<slug:number>/cancel/", views.cancel, name="cancel"),
    path("runs/<slug:number>/persons/", views.persons, name="persons"),
    path("runs/<slug:number>/next/", views.next_pair, name="next"),
    path("pairs/<uuid:pk>/", views.pair, name="pair"),
    path("pairs/<uuid:pk>/show/", views.show, name="show"),
    path("pairs/<uuid:pk>/judge/", views.judge, name="judge"),
]
