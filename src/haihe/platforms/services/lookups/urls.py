"""Addresses of lookups, below /services/ and in the names of services."""

from django.urls import URLPattern, path

from haihe.platforms.services.lookups import overview_views, search_views, views

urlpatterns: list[URLPattern] = [
    path("search/", search_views.search, name="search"),
    path("search/suggest/", search_views.suggest, name="search-suggest"),
    path("help/", search_views.help_page, name="help"),
    path("lookups/", views.grid, name="lookups"),
    path("lookups/overview/", overview_views.own_overview, name="lookups-overview"),
    path("lookups/<slug:slug>/", views.lookup, name="lookup"),
    path("lookups/<slug:slug>/favourite/", views.favourite, name="lookup-favourite"),
]
