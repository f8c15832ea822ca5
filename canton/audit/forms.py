"""Conditions on the trail, as they stand in the address."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import pgettext_lazy

from . import actions
from .selectors import Filters

TEXT = {"class": "form-control"}
DAY = {"class": "form-control", "type": "date"}
CHOICE = {"class": "form-select"}


class FiltersForm(forms.Form):
    """Who, what, to what, from when to when."""

    actor = forms.CharField(
        label=pgettext_lazy("trail", "Who"), max_length=40, required=False, widget=forms.TextInput(TEXT)
    )
    action = forms.ChoiceField(
        label=pgettext_lazy("trail", "Did"), required=False, widget=forms.Select(CHOICE)
    )
    target = forms.CharField(
        label=pgettext_lazy("trail", "To"), max_length=120, required=False, widget=forms.TextInput(TEXT)
    )
    start = forms.DateField(
        label=pgettext_lazy("trail", "From"), required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=pgettext_lazy("trail", "Until"), required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)
        action.choices = [("", pgettext_lazy("trail", "anything")), *actions.registered()]

    def filters(self) -> Filters:
        """The conditions that can be read; a field that cannot be read counts as empty and says so."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})

    def query(self) -> str:
        """The conditions as a query string, for links that keep them."""
        self.is_valid()
        return urlencode({name: str(value) for name, value in self.cleaned_data.items() if value})
