"""Addresses of the report centre."""

from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/traffic/", views.traffic, name="traffic"),
    path("reports/traffic.csv", views.traffic_csv, name="traffic-csv"),
    path("reports/traffic.json", views.traffic_json, name="traffic-json"),
    path("reports/traffic/rows/", views.rows, name="rows"),
    path("reports/traffic/rows.csv", views.rows_csv, name="rows-csv"),
]
