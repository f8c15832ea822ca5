from django.apps import AppConfig


class QueriesConfig(AppConfig):
    name = "canton.queries"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .receivers import listen
        from .signposts import put_up

        put_up()
        listen()
