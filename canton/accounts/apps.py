from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "canton.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.audit import actions
        from canton.audit import names as audit_names
        from canton.centres import posts, tallies
        from canton.shell import menu

        from . import selectors
        from .choices import Role

        actions.register(
            {
                "accounts.sign_in": _("signed in"),
                "accounts.sign_out": _("signed out"),
                "accounts.fail_sign_in": _("failed to sign in"),
                "accounts.lock": _("was locked out"),
                "accounts.open_account": _("opened an account"),
                "accounts.change_account": _("changed an account"),
                "accounts.suspend": _("suspended an account"),
                "accounts.reinstate": _("reinstated an account"),
                "accounts.change_password": _("changed the own password"),
                "accounts.end_session": _("ended a session"),
                "accounts.end_sessions": _("ended all sessions"),
                "accounts.enrol_factor": _("enrolled a second factor"),
                "accounts.drop_factor": _("removed the own second factor"),
                "accounts.reset_factor": _("reset a second factor"),
                "accounts.fail_code": _("gave a wrong one-time code"),
                "accounts.lock_code": _("was locked out by wrong codes"),
                "accounts.use_recovery": _("used a recovery code"),
                "accounts.renew_recovery": _("made new recovery codes"),
                "accounts.require_factor": _("required a second factor of a role"),
                "accounts.waive_factor": _("no longer required a second factor of a role"),
                "accounts.make_link": _("made a link for a new password"),
                "accounts.use_link": _("set a new password by a link"),
                "accounts.fail_link": _("came with a link that is not valid"),
            }
        )
        audit_names.register("actor", selectors.names)
        posts.register(lambda: Role.choices)
        tallies.register("staff", _("Staff"), selectors.count_by_centre)
        menu.add(
            menu.MenuEntry(
                "manage",
                _("Staff"),
                "accounts:staff",
                "accounts.view_staff",
                order=30,
                about=_("Who works where, in which role, and what the role may do"),
            )
        )
