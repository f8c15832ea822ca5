from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "canton.reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .signposts import put_up

        put_up()
