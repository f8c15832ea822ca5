from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "canton.results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take in result packages of centres below; put up the signs to the screens."""
        from . import receivers, signposts

        receivers.listen()
        signposts.put_up()
