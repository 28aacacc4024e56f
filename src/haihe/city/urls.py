from django.urls import URLPattern, URLResolver, path

from haihe.city import views

app_name = "city"
urlpatterns: list[URLPattern | URLResolver] = [
    path("divisions/", views.divisions, name="divisions"),
    path("divisions/<str:code>/", views.divisions, name="division"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<str:code>/", views.organisation, name="organisation"),
    path("districts.geojson", views.districts_geojson, name="districts-geojson"),
]
