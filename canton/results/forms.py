"""What is asked on the screens of result data."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from .definition import Definition


class BuildForm(forms.Form):
    """Which package is built, over which period."""

    name = forms.ChoiceField(label=_("Package"))
    period = forms.CharField(
        label=_("Period"),
        max_length=20,
        help_text=_("As 2026-11-22, 2026-W47 or 2026-10, as the package has it."),
    )

    def __init__(self, *args: object, offered: Sequence[Definition], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.name, str(each.title)) for each in offered]
