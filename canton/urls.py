"""Every address of the staff site; each room keeps its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("canton.shell.urls")),
    path("", include("canton.accounts.urls")),
    path("", include("canton.intake.urls")),
    path("", include("canton.audit.urls")),
    path("", include("canton.centres.urls")),
    path("", include("canton.codes.urls")),
    path("", include("canton.exchange.urls")),
    path("", include("canton.monitoring.urls")),
    path("", include("canton.reports.urls")),
    path("", include("canton.results.urls")),
    path("", include("canton.queries.urls")),
]

handler400 = "canton.shell.views.bad_request"
handler403 = "canton.shell.views.forbidden"
handler404 = "canton.shell.views.not_found"
handler500 = "canton.shell.views.server_error"
