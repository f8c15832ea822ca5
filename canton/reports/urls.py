"""Addresses of the report centre."""

from django.urls import path

from .views import filing, pages, rows

app_name = "reports"
urlpatterns = [
    path("reports/", pages.reports, name="reports"),
    path("reports/filed/", filing.filed, name="filed"),
    path("reports/filed/<uuid:pk>/", filing.filed_report, name="filed-report"),
    path("reports/filed/<uuid:pk>/<slug:form>/", filing.filed_file, name="filed-file"),
    path("reports/<slug:name>/", pages.report, name="report"),
    path("reports/<slug:name>/file/", filing.file_away, name="file-away"),
    path("reports/<slug:name>/rows/", rows.rows, name="rows"),
    path("reports/<slug:name>/rows.csv", rows.rows_csv, name="rows-csv"),
    path("reports/<slug:name>.<slug:form>", pages.file, name="file"),
]
