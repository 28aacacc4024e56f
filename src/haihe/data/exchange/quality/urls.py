"""Included in the exchange's own urls; names begin with `quality-`. A resource's code has a slash in it."""

from django.urls import URLPattern, path

from haihe.data.exchange.quality import held_views, report_views, return_views, rule_views

urlpatterns: list[URLPattern] = [
    path("held/<uuid:pk>/", held_views.held, name="quality-held"),
    path("held/<uuid:pk>/columns/", held_views.accept_columns, name="quality-accept-columns"),
    path("held/<uuid:pk>/content/", held_views.accept_content, name="quality-accept-content"),
    path("held/<uuid:pk>/refuse/", held_views.refuse, name="quality-refuse"),
    path("mappings/<path:resource>/", held_views.mappings, name="quality-mappings"),
    path("", report_views.overview, name="quality"),
    path("reports/<uuid:pk>/", report_views.report, name="quality-report"),
    path("warned/<uuid:pk>/", report_views.warned, name="quality-warned"),
    path("returns/", return_views.returns, name="quality-returns"),
    path("returns/<uuid:pk>/", return_views.returned, name="quality-return"),
    path("returns/<uuid:pk>/send/", return_views.send, name="quality-send-back"),
    path("returns/<uuid:pk>/carry/", return_views.carry_again, name="quality-carry-again"),
    path("returns/<uuid:pk>/close/", return_views.close, name="quality-close-return"),
    path("rules/", rule_views.rule_list, name="quality-rule-list"),
    path("rules/of/<path:resource>/", rule_views.rules, name="quality-rules"),
    path("rules/versions/<int:number>/<path:resource>/", rule_views.version, name="quality-rule-version"),
    path("rules/propose/<path:resource>/", rule_views.propose, name="quality-propose"),
    path("rules/begin/<path:resource>/", rule_views.begin, name="quality-begin"),
    path("rules/confirm/<path:resource>/", rule_views.confirm, name="quality-confirm"),
    path("rules/drop/<path:resource>/", rule_views.drop, name="quality-drop"),
    path("rules/policy/<path:resource>/", rule_views.policy, name="quality-policy"),
    path("rules/columns/<slug:key>/<path:resource>/", rule_views.part, {"about": "column"}, name="quality-column"),
    path("rules/rows/<slug:key>/<path:resource>/", rule_views.part, {"about": "rule"}, name="quality-row-rule"),
    path("rules/checks/<slug:key>/<path:resource>/", rule_views.part, {"about": "check"}, name="quality-check"),
]
