from django.urls import URLPattern, path

from haihe.platforms.services.releases import views

app_name = "releases"
urlpatterns: list[URLPattern] = [
    path("", views.releases, name="list"),
    path("new/", views.new, name="new"),
    path("<slug:slug>/", views.release, name="release"),
    path("<slug:slug>/edit/", views.edit, name="edit"),
    path("<slug:slug>/rehearsal/", views.rehearsal, name="rehearsal"),
    path("<slug:slug>/<slug:name>/", views.move, name="move"),
]
