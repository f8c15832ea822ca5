"""Addresses of result data."""

app_name = "results"
urlpatterns: list[object] = []
