"""What is asked when a layout is made: its name and a sample, and how the file is written."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.exchange import formats

from ..documents import LONGEST_TITLE
from ..sources.guessing import Guess
from ..sources.model import AUTO, KINDS, Kind
from .questions import ANSWER, QUESTION
from .titles import said_in, titled

ENCODINGS = [(AUTO, _("UTF-8 or GB18030, as found")), ("utf-8", "UTF-8"), ("gb18030", "GB18030")]
DELIMITERS = [(",", _("comma")), ("\t", _("tab")), (";", _("semicolon")), ("|", "|")]
MEASURES = [
    ("bytes", pgettext_lazy("position", "bytes")),
    ("characters", pgettext_lazy("position", "characters")),
]
NAMES = {"\t": "tab"}  # a tab does not survive a form


class SampleForm(forms.Form):
    """A file to try a layout on."""

    file = forms.FileField(label=_("Sample"), max_length=255)

    def clean_file(self) -> "UploadedFile[bytes]":
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        if (given.size or 0) > settings.CANTON_SAMPLE_BYTES:
            raise forms.ValidationError(_("The sample is too large; its first rows are enough."))
        return given


class StartForm(SampleForm):
    """A new layout."""

    title = forms.CharField(
        label=pgettext_lazy("layout", "Title"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("in words, as people here call these files"),
    )
    name = forms.CharField(
        label=pgettext_lazy("layout", "Short name"),
        max_length=61,
        required=False,
        help_text=_("for commands and files: small letters, digits, - and _; left empty, one is made"),
    )
    dataset = forms.ChoiceField(label=_("Data"))
    field_order = ["file", "dataset", "title", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["dataset"]
        assert isinstance(field, forms.ChoiceField)
        newest = dict.fromkeys(each.name for each in formats.all())
        field.choices = [("", _("choose …")), *((name, str(formats.get(name).title)) for name in newest)]


class CopyForm(forms.Form):
    """A layout begun from one that is there."""

    title = forms.CharField(
        label=pgettext_lazy("layout", "Title"), max_length=LONGEST_TITLE, required=False,
        help_text=_("in words, as people here call these files"),
    )  # fmt: skip
    name = forms.CharField(
        label=pgettext_lazy("layout", "Short name"), max_length=61, required=False,
        help_text=_("for commands and files: small letters, digits, - and _; left empty, one is made"),
    )  # fmt: skip


class WrittenForm(forms.Form):
    """What the layout is called, and how the file is written, as a layout's document says it."""

    title = forms.CharField(
        label=pgettext_lazy("layout", "Title"), max_length=LONGEST_TITLE, required=False,
        help_text=_("in words, as people here call these files"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=[*KINDS.items()])
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
    delimiter = forms.ChoiceField(
        label=_("Separator"),
        choices=[(NAMES.get(key, key), text) for key, text in DELIMITERS],
        required=False,
    )
    measure = forms.ChoiceField(
        label=_("Positions count"), choices=MEASURES, required=False,
        help_text=_("of fixed width: in bytes a Chinese character takes two (three in UTF-8), else one"),
    )  # fmt: skip
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=80)
    header = forms.IntegerField(
        label=_("Row of the column names"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=_("0 where fixed width has none"),
    )
    row = forms.BooleanField(label=_("Add the number of the row as a column"), required=False)
    asked = forms.MultipleChoiceField(
        label=_("Columns that are questions"),
        required=False,
        help_text=_("each of their filled cells becomes a row with question and answer"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, document: Mapping[str, Any]) -> None:
        melt = document.get("melt") or {"columns": ()}
        delimiter = document.get("delimiter", ",")
        initial = {
            "title": said_in(document),
            "kind": document.get("kind", "text"), "encoding": document.get("encoding", "utf-8"),
            "delimiter": NAMES.get(delimiter, delimiter), "sheet": document.get("sheet") or "",
            "measure": document.get("measure", "bytes"),
            "header": _header(document), "row": bool(document.get("row")),
            "asked": list(melt["columns"]),
        }  # fmt: skip
        super().__init__(data, initial=initial)
        field = self.fields["asked"]
        assert isinstance(field, forms.MultipleChoiceField)
        every = [each["name"] for each in document["columns"]] + list(melt["columns"])
        field.choices = [(name, name) for name in every]

    def applied_to(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document written as this form says; columns move between those kept and those asked."""
        given, kind = self.cleaned_data, Kind(self.cleaned_data["kind"])
        made = {key: value for key, value in document.items() if key not in WRITTEN}
        title = titled(document, given["title"].strip())
        made |= {"title": title} if any(title.values()) else {}
        made["kind"] = kind.value
        if kind in (Kind.TEXT, Kind.FIXED):
            made["encoding"] = given["encoding"] or "utf-8"
        if kind is Kind.TEXT:
            made["delimiter"] = {name: key for key, name in NAMES.items()}.get(
                given["delimiter"], given["delimiter"]
            )
            made["quote"] = document.get("quote", '"')
        if kind is Kind.XLSX:
            made["sheet"] = given["sheet"] or None
        if kind is Kind.FIXED:
            made["measure"], made["header"] = given["measure"] or "bytes", given["header"] or 0
        if kind in (Kind.TEXT, Kind.XLSX):
            made["header"] = given["header"] or 1
        if given["row"]:
            made["row"] = document.get("row") or "row"
        return made | _asked(document, given["asked"])

    @staticmethod
    def guess_of(document: Mapping[str, Any]) -> Guess:
        """What a document says of its file, to look at the sample by."""
        placed = [each for each in document["columns"] if each.get("at")]
        return Guess(
            kind=Kind(document.get("kind", "text")), encoding=document.get("encoding", "utf-8"),
            delimiter=document.get("delimiter", ","), header=_header(document),
            sheet=document.get("sheet"), measure=document.get("measure", ""),
            columns=tuple(each["name"] for each in placed),
            places=tuple((each["at"][0], each["at"][1]) for each in placed),
        )  # fmt: skip


def _header(document: Mapping[str, Any]) -> int:
    first: int = document.get("header", 0 if document.get("kind") == Kind.FIXED else 1)
    return first


WRITTEN = (
    "title",
    "kind",
    "encoding",
    "delimiter",
    "quote",
    "sheet",
    "header",
    "measure",
    "row",
    "melt",
    "columns",
)


def _asked(document: Mapping[str, Any], asked: list[str]) -> dict[str, Any]:
    melt = document.get("melt") or {"columns": (), "name": QUESTION, "value": ANSWER}
    checks = {each["name"]: each for each in document["columns"]}
    every = [*checks, *(name for name in melt["columns"] if name not in checks)]
    columns = [checks.get(name, {"name": name}) for name in every if name not in asked]
    made: dict[str, Any] = {"columns": columns}
    return made | ({"melt": {**melt, "columns": asked}} if asked else {})
