"""Addresses of result data."""

from django.urls import path

from .views import own, taken

app_name = "results"
urlpatterns = [
    path("results/", own.results, name="results"),
    path("results/build/", own.build, name="build"),
    path("results/regime/", own.regime, name="regime"),
    path("results/due/", taken.due, name="due"),
    path("results/remind/", taken.remind, name="remind"),
    path("results/compare/", taken.compare, name="compare"),
    path("results/compare.<slug:form>", taken.compare_file, name="compare-file"),
    path("results/<int:number>/", own.result, name="result"),
    path("results/<int:number>/send/", own.send, name="send"),
    path("results/<int:number>.<slug:form>", own.file, name="file"),
]
