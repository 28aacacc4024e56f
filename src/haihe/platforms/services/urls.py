from django.urls import URLPattern, URLResolver, path

from haihe.platforms.services.items.urls import urlpatterns as of_items
from haihe.platforms.services.lookups.urls import urlpatterns as of_lookups
from haihe.platforms.services.views import (
    absences,
    appeals,
    clock,
    desk,
    life_events,
    my_data,
    notices,
    phone,
    reassigning,
    receipts,
    supplement,
)

app_name = "services"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", phone.home, name="home"),
    *of_items,
    *of_lookups,
    path("items/<slug:slug>/apply/", phone.apply, name="apply"),
    path("cases/", phone.my_cases, name="my-cases"),
    path("cases/<slug:number>/", phone.case, name="case"),
    path("cases/<slug:number>/receipt/", receipts.mine, name="receipt"),
    path("life-events/<slug:number>/", life_events.life_event, name="life-event"),
    path("receipts/<slug:number>/<slug:token>/", receipts.progress, name="progress"),
    path("cases/<slug:number>/stamp.json", phone.stamp, name="stamp"),
    path("cases/<slug:number>/supplement/", supplement.supplement, name="supplement"),
    path("cases/<slug:number>/<slug:name>/", phone.act, name="act"),
    path("my-data/", my_data.my_data, name="my-data"),
    path("my-data/<uuid:evidence>/proof.json", my_data.proof, name="proof"),
    path("my-data/<uuid:evidence>/report/", my_data.report, name="report"),
    path("notices/", notices.listed, name="notices"),
    path("notices/<slug:number>/", notices.notice, name="notice"),
    path("notices/objections/<uuid:key>/", notices.objection, name="objection"),
    path("companies/clock/", clock.clock, name="clock"),
    path("desk/", desk.desk, name="desk"),
    path("desk/steps/", desk.steps, name="steps"),
    path("desk/absences/", absences.absences, name="absences"),
    path("desk/appeals/", appeals.appeals, name="appeals"),
    path("desk/life-events/<slug:number>/", life_events.desk_life_event, name="desk-life-event"),
    path("desk/cases/", desk.desk_cases, name="desk-cases"),
    path("desk/cases/<slug:number>/", desk.desk_case, name="desk-case"),
    path("desk/cases/<slug:number>/receipt/", receipts.at_desk, name="desk-receipt"),
    path("desk/cases/<slug:number>/stamp.json", desk.desk_stamp, name="desk-stamp"),
    path("desk/cases/<slug:number>/reassign/<int:step>/", reassigning.reassign, name="reassign"),
    path("desk/cases/<slug:number>/supplement/", supplement.desk_supplement, name="desk-supplement"),
    path("desk/cases/<slug:number>/<slug:name>/", desk.desk_act, name="desk-act"),
]
