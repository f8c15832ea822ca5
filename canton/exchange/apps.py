from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "canton.exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .signposts import put_up

        put_up()
