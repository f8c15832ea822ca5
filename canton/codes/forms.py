"""What is asked when a draft of the classification is changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.centres.forms import day
from canton.centres.selectors import department_names

from .choices import DeadlineKind, Nature, RegulatorClass, Standing, TextRuleKind
from .classification import Classification, Kind, Rule
from .models import Code


class KindForm(forms.Form):
    """The words and attributes of a code; its number is asked only for a new one."""

    code = forms.RegexField(
        r"^\d{2}(\d{2})?$", label=_("Code"), max_length=4,
        help_text=_("Two digits a head, four a kind below it."),
        error_messages={"invalid": _("A code has two or four digits.")},
    )  # fmt: skip
    name = forms.CharField(label=pgettext_lazy("code", "Name"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=60)
    nature = forms.ChoiceField(label=_("Nature"), choices=Nature.choices)
    regulator_class = forms.ChoiceField(label=_("Regulator class"), choices=RegulatorClass.choices)
    department = forms.ChoiceField(label=_("Owning department"))
    qa_trigger = forms.BooleanField(label=_("always inspected"), required=False)
    requires_recording = forms.BooleanField(label=_("needs the recording"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        assert isinstance(department, forms.ChoiceField)
        department.choices = [(code, str(name)) for code, name in department_names().items()]
        if not new:
            del self.fields["code"]

    def kind(self, code: str = "") -> Kind:
        """What was asked for; code: of the one that is changed."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return Kind(**({"code": code} | given))


class TargetForm(forms.Form):
    """Another code of the draft: a successor, or the head to move to."""

    target = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, targets: list[Kind], label: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        none = [] if required else [("", _("none"))]
        field.choices = [*none, *((kind.code, f"{kind.code} {kind.name}") for kind in targets)]
        field.label, field.required = label, required


class RuleForm(forms.Form):
    """A deadline: of which code, what must happen, within how many hours, after which rule."""

    code = forms.ChoiceField(label=_("Code"), required=False)
    kind = forms.ChoiceField(label=_("What must happen"), choices=DeadlineKind.choices)
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=32_767)
    source = forms.CharField(
        label=_("Source"), max_length=120, help_text=_("The rule it follows, with its article.")
    )
    source_en = forms.CharField(label=_("English source"), max_length=200)
    standing = forms.ChoiceField(label=_("Standing"), choices=Standing.choices)

    def __init__(self, *args: Any, content: Classification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        used = ((kind.code, f"{kind.code} {kind.name}") for kind in content.kinds if not kind.retired)
        field.choices = [("", _("all cases")), *used]

    def rule(self) -> Rule:
        """What was asked for."""
        return Rule(**self.cleaned_data)


class PublishForm(forms.Form):
    """From which day on a version holds."""

    start = forms.DateField(label=_("In force from"), widget=day())


class TextRuleForm(forms.Form):
    """A rule that reads a code from a text."""

    code = forms.ModelChoiceField(Code.objects.none(), label=_("Code"))
    kind = forms.ChoiceField(label=_("Kind of rule"), choices=TextRuleKind.choices)
    pattern = forms.CharField(
        label=_("Rule"), max_length=200,
        help_text=_(
            "Words: 信号 差|没信号 -漫游. Pinyin: xin hao. "
            "Pattern: 扣了*元, # a digit, (a|b) one of them."
        ),
    )  # fmt: skip
    percent = forms.IntegerField(
        label=_("Confidence in per cent"), min_value=1, max_value=100, initial=80,
        help_text=_("How far this rule alone is to be trusted."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Code.objects.filter(valid_to=None)
        field.label_from_instance = lambda obj: f"{obj.pk} {obj}"  # type: ignore[method-assign]


class ThresholdForm(forms.Form):
    """From which confidence on no person is asked."""

    percent = forms.IntegerField(
        label=_("Confidence in per cent"), min_value=1, max_value=100,
        help_text=_("Higher: more texts wait for people. Lower: more codes are given without them."),
    )  # fmt: skip


class TryForm(forms.Form):
    """Texts to try the rules on, one a line."""

    lines = forms.CharField(
        label=_("Texts, one a line"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 5})
    )
