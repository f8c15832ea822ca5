"""Every address of the staff site; each room keeps its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("canton.shell.urls")),
    path("", include("canton.accounts.urls")),
]
