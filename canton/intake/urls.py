"""Addresses of the data-processing terminal."""

from django.urls import path

from . import judging_urls, returned_views, views
from .repair import urls as repair
from .workshop import urls as workshop

app_name = "intake"
urlpatterns = [
    *repair.urlpatterns,
    *judging_urls.urlpatterns,
    *workshop.urlpatterns,
    path("data/batches/", views.batches, name="batches"),
    path("data/batches/upload/", views.upload, name="upload"),
    path("data/batches/<str:number>/", views.batch, name="batch"),
    path("data/batches/<str:number>/refused.csv", views.refused_csv, name="refused-csv"),
    path("data/batches/<str:number>/run-again/", views.run_again, name="run-again"),
    path("data/originals/returned/<int:notice>/<int:line>/", returned_views.line, name="returned-line"),
    path("data/originals/<str:number>/<int:line>/", views.original, name="original"),
]
