"""Addresses of the data-processing terminal."""

from django.urls import path

from . import judging_urls, views, workshop
from .repair import urls as repair

app_name = "intake"
urlpatterns = [
    *repair.urlpatterns,
    *judging_urls.urlpatterns,
    path("data/batches/", views.batches, name="batches"),
    path("data/batches/upload/", views.upload, name="upload"),
    path("data/batches/<str:number>/", views.batch, name="batch"),
    path("data/batches/<str:number>/refused.csv", views.refused_csv, name="refused-csv"),
    path("data/batches/<str:number>/run-again/", views.run_again, name="run-again"),
    path("data/originals/<str:number>/<int:line>/", views.original, name="original"),
    path("data/layouts/", workshop.layouts, name="layouts"),
    path("data/layouts/new/", workshop.new_layout, name="new-layout"),
    path("data/layouts/<int:pk>/", workshop.layout, name="layout"),
    path("data/layouts/<int:pk>/try/", workshop.try_layout, name="try-layout"),
    path("data/layouts/<int:pk>/sample/", workshop.sample, name="layout-sample"),
    path("data/layouts/<int:pk>/revise/", workshop.revise_layout, name="revise-layout"),
    path("data/layouts/<int:pk>/withdraw/", workshop.withdraw_layout, name="withdraw-layout"),
    path("data/layouts/<int:pk>/layout.json", workshop.layout_json, name="layout-json"),
]
