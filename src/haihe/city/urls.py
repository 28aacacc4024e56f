from django.urls import URLPattern, URLResolver

app_name = "city"
urlpatterns: list[URLPattern | URLResolver] = []
