from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CodesConfig(AppConfig):
    name = "canton.codes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.audit import actions
        from canton.shell import menu

        actions.register(
            {
                "codes.start_draft": _("began a draft of the classification"),
                "codes.change_draft": _("changed the draft of the classification"),
                "codes.undo_draft": _("took a change of the draft back"),
                "codes.drop_draft": _("dropped the draft of the classification"),
                "codes.publish_version": _("published a version of the classification"),
                "codes.withdraw_version": _("made a version to come a draft again"),
                "codes.add_text_rule": _("added a rule for texts"),
                "codes.change_text_rule": _("changed a rule for texts"),
                "codes.retire_text_rule": _("retired a rule for texts"),
                "codes.reinstate_text_rule": _("brought a rule for texts back"),
                "codes.change_threshold": _("changed the confidence from which texts need no person"),
                "codes.export_labels": _("exported labels of texts"),
            }
        )

        menu.add(
            menu.MenuEntry(
                "manage",
                _("Codes"),
                "codes:codes",
                "codes.view_code",
                order=20,
                about=_("What contacts are classified by, who owns each kind, and its deadlines"),
            )
        )
