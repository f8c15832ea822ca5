from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "canton.shell"
    default_auto_field = "django.db.models.BigAutoField"
