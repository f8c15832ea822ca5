"""Addresses of the repairing of refused rows."""

from django.urls import path

from . import kind_views, limit_views, row_views, views

BATCH = "data/batches/<str:number>/repair/"
urlpatterns = [
    path(BATCH, views.repair, name="repair"),
    path(f"{BATCH}<int:line>/", row_views.row, name="repair-row"),
    path(f"{BATCH}<int:line>/check/", row_views.check_row, name="repair-check"),
    path(f"{BATCH}kinds/", kind_views.kinds, name="repair-kinds"),
    path(f"{BATCH}standing/", views.standing, name="repair-standing"),
    path(f"{BATCH}acts/<int:pk>/undo/", views.undo, name="repair-undo"),
    path(f"{BATCH}apply/", views.apply, name="repair-apply"),
    path(f"{BATCH}send-back/", views.send_back, name="repair-send-back"),
    path(f"{BATCH}take-back/", views.take_back, name="repair-take-back"),
    path(f"{BATCH}recall/", views.recall, name="repair-recall"),
    path("data/refusal-limits/", limit_views.limits, name="refusal-limits"),
]
