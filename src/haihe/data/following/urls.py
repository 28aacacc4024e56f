"""Addresses of following, below /open/following/."""

from django.urls import URLPattern, path

from haihe.data.following import hook_views, views

app_name = "following"
urlpatterns: list[URLPattern] = [
    path("", views.follows, name="follows"),
    path("new/", views.new, name="new"),
    path("<int:pk>/pace/", views.pace, name="pace"),
    path("<int:pk>/end/", views.end, name="end"),
    path("feed/new/", views.new_feed, name="new-feed"),
    path("feed/<str:token>/feed.atom", views.feed, name="feed"),
    path("webhooks/", hook_views.webhooks, name="webhooks"),
    path("webhooks/<uuid:pk>/", hook_views.webhook, name="webhook"),
    path("webhooks/<uuid:pk>/secret/", hook_views.secret, name="secret"),
    path("webhooks/<uuid:pk>/<slug:name>/", hook_views.act, name="act"),
]
