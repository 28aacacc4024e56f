from django.urls import URLPattern, path

from haihe.data.matching.privacy import views

app_name = "privacy"
urlpatterns: list[URLPattern] = [
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:number>/", views.figures_of, name="figures-of"),
    path("figures/<slug:number>/csv/", views.figures_csv, name="figures-csv"),
    path("models/<slug:number>/publish/", views.publish, name="publish"),
    path("runs/<slug:number>/export/", views.ask, name="ask-export"),
    path("exports/<slug:number>/", views.export, name="export"),
    path("exports/<slug:number>/file/", views.take, name="take-export"),
    path("exports/<slug:number>/<slug:name>/", views.decide, name="decide-export"),
]
