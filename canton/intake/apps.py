from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "canton.intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take over packages of every dataset; put up the signs to the terminal."""
        from canton.exchange import handlers

        from . import receivers, signposts

        handlers.register(handlers.ANY, receivers.take_over)
        handlers.hear_replies(receivers.hear_reply)
        handlers.keep_refused(receivers.keep_refused)
        handlers.open_lines(receivers.line_address)
        signposts.put_up()
