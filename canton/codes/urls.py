"""Addresses of the code tables."""

from django.urls import path

from .views import reading, texts, tree, versions

app_name = "codes"
urlpatterns = [
    path("manage/codes/", tree.codes, name="codes"),
    path("manage/codes/texts/", texts.rules, name="texts"),
    path("manage/codes/texts/reading/", reading.reading, name="reading"),
    path("manage/codes/texts/reading/threshold/", reading.threshold, name="threshold"),
    path("manage/codes/texts/reading/labels.csv", reading.labels, name="labels"),
    path("manage/codes/texts/try/", texts.attempt, name="try_texts"),
    path("manage/codes/texts/add/", texts.add, name="add_text_rule"),
    path("manage/codes/texts/<int:key>/", texts.change, name="text_rule"),
    path("manage/codes/texts/<int:key>/<slug:verb>/", texts.turn, name="turn_text_rule"),
    path("manage/codes/versions/", versions.versions, name="versions"),
    path("manage/codes/versions/start/", versions.start, name="start"),
    path("manage/codes/versions/<str:number>/", versions.version, name="version"),
    path("manage/codes/versions/<str:number>/add/", versions.add, name="add"),
    path("manage/codes/versions/<str:number>/deadlines/", versions.rule, name="rule"),
    path("manage/codes/versions/<str:number>/codes/<slug:code>/", versions.kind, name="kind"),
    path("manage/codes/versions/<str:number>/codes/<slug:code>/<slug:verb>/", versions.turn, name="turn"),
    path("manage/codes/versions/<str:number>/<slug:verb>/", versions.settle, name="settle"),
]
