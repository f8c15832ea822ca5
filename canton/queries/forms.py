"""Names of queries, and with whom they are shared."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.centres.models import Centre
from canton.centres.selectors import Viewer, visible_to

from .drafts import SEPARATORS

LONGEST = 80
MOST_PEOPLE = 50


class NameForm(forms.Form):
    """Under which name a query is saved."""

    name = forms.CharField(label=pgettext_lazy("query", "name"), max_length=LONGEST)


class ShareForm(forms.Form):
    """A centre, people, both or none."""

    centre = forms.ModelChoiceField(
        Centre.objects.none(), required=False, label=_("Centre"), empty_label=_("not shared with a centre"),
        help_text=_("All staff of the centre and those below it who may ask queries."),
    )  # fmt: skip
    people = forms.CharField(
        required=False, label=_("Staff numbers"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Separate several by commas or spaces. Each sees what his own centre may see."),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["centre"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = visible_to(viewer)

    def clean_people(self) -> list[str]:
        """The numbers, each once."""
        found = [each for each in SEPARATORS.split(self.cleaned_data["people"]) if each]
        return list(dict.fromkeys(found))[:MOST_PEOPLE]
