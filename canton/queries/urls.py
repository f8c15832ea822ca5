"""Addresses of the query terminal."""

from django.urls import path

from .views import building, keeping, originals, results

app_name = "queries"
urlpatterns = [
    path("queries/", keeping.queries, name="queries"),
    path("queries/build/", building.build, name="build"),
    path("queries/saved/<int:number>/", keeping.saved, name="saved"),
    path("queries/saved/<int:number>/run/", building.run_saved, name="run-saved"),
    path("queries/saved/<int:number>/share/", keeping.share, name="share"),
    path("queries/saved/<int:number>/delete/", keeping.delete, name="delete"),
    path("queries/history/", results.history, name="history"),
    path("queries/runs/<uuid:number>/", results.run, name="run"),
    path("queries/runs/<uuid:number>/again/", results.again, name="again"),
    path("queries/runs/<uuid:number>/cancel/", results.cancel, name="cancel"),
    path("queries/runs/<uuid:number>/export/", results.export, name="export"),
    path("queries/line/<str:batch>/<int:line>/", originals.line, name="line"),
    path("queries/files/<uuid:number>/", results.take, name="file"),
    path("queries/files/<uuid:number>/cancel/", results.cancel_file, name="cancel-file"),
]
