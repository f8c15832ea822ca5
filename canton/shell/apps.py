from django.apps import AppConfig
from django.utils.translation import gettext_noop

FRAMEWORK = (gettext_noop("This field is required."),)  # said by Django, in our words


class ShellConfig(AppConfig):
    name = "canton.shell"
    default_auto_field = "django.db.models.BigAutoField"
