from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "canton.exchange"
    default_auto_field = "django.db.models.BigAutoField"
