from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "canton.records"
    default_auto_field = "django.db.models.BigAutoField"
