"""Parts of screens that ask: `{% load i18n look forms %}`. An editing screen, whole:

    <form class="panel asks" method="post" data-guard novalidate>{% csrf_token %}
      <header><h2>{% trans "Desk" %}</h2></header>
      <div class="in stack">{% form_errors form %}
        <div class="fields">{% field form.code %}{% field form.name %}</div>
        {% field form.note %}</div>
      {% actions _("Save") cancel_url %}{% confirm_button "drop" _("Delete") %}{% endactions %}
    </form>
    {% url "room:drop" desk.pk as drop %}
    {% confirm "drop" _("Delete this desk?") drop verb=_("Delete") text=_("Its tickets go to ...") %}
      {% field reason.why %}{% endconfirm %}

Tags
    {% field form.name %}   label, widget, help and errors, tied together for screen readers; the widget gets
                            its class by its kind. {% field form.name suffix=_("minutes") %} says the unit
                            (a widget's attribute data-wanted: not called optional)
    {% form_errors form %}  what is wrong with the form as a whole, and that fields below want correcting
    {% actions verb cancel %}more buttons{% endactions %}   the foot of a form
    {% confirm id title action verb=... text=... %}fields{% endconfirm %}   a <dialog> that posts to `action`;
                            kind="primary" when nothing is lost; open=True after a 422 opens it again
    {% confirm_button id text icon="trash" %}   opens it
    {% finder label %}      a search field that keeps the other conditions of the address; name="q"
    {% tab href label count=None %}   a link in <nav class="tabs" aria-label="...">; knows where it stands
    {% progress done total label %}   a bar with its words, for work that runs
Classes
    stack (children one below another), fields (side by side where they fit), asks (a form's width)
Data for shell.js
    data-guard on a form: leaving with changes asks first;  data-close on a button: closes its dialog
After success: `shell.flash.done(request, text, undo=url)` and a redirect; the toast offers Undo, which posts.
"""

from typing import Any

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Widget,
)
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from canton.shell import icons

from .look import bar

register = template.Library()

GROUPS = (RadioSelect, CheckboxSelectMultiple)  # both derive from Select or CheckboxInput: asked first


def kind_of(widget: Widget) -> str:
    """How a widget is drawn: group, check, select, file or line."""
    if isinstance(widget, GROUPS):
        return "group"
    if isinstance(widget, FileInput):
        return "file"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "select" if isinstance(widget, Select) else "line"


CLASSES = {
    "group": "form-check-input",
    "check": "form-check-input",
    "select": "form-select",
    "file": "form-control",
    "line": "form-control",
}


@register.inclusion_tag("shell/_field.html")
def field(bound: BoundField, suffix: Any = "") -> dict[str, Any]:
    """One question of a form with its label, help and errors."""
    kind, about = kind_of(bound.field.widget), f"{bound.auto_id or bound.html_name}-about"
    given = bound.field.widget.attrs
    attributes: dict[str, str | bool] = {
        "class": " ".join(filter(None, (CLASSES[kind], str(given.get("class", "")))))
    }
    if bound.help_text or bound.errors:
        attributes["aria-describedby"] = about
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "bound": bound, "kind": kind, "about": about, "suffix": suffix,
        "widget": _options(bound) if kind == "group" else bound.as_widget(attrs=attributes),
        "optional": not bound.field.required and kind != "check" and "data-wanted" not in given,
    }  # fmt: skip


def _options(bound: BoundField) -> SafeString:
    """One labelled input for each choice; Django's own group gives its frame the inputs' class too."""
    parts = []
    for option in bound.subwidgets:
        option.data["attrs"] = option.data["attrs"] | {"class": CLASSES["group"]}
        parts.append((option.id_for_label, option.tag(), option.choice_label))
    return format_html_join("", '<label class="check" for="{}">{}<span>{}</span></label>', parts)


@register.inclusion_tag("shell/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What stops the form: its own errors, or how many fields want correcting."""
    wrong = sum(bool(bound.errors) for bound in form.visible_fields())
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {"errors": [*form.non_field_errors(), *hidden], "wrong": wrong}


@register.simple_block_tag
def actions(content: str, verb: Any, cancel: str = "", icon: str = "") -> SafeString:
    """The foot of a form: what it does, the way back, and on the right what else there is."""
    back = format_html('<a class="btn" href="{}">{}</a>', cancel, _("Cancel")) if cancel else ""
    return format_html(
        '<footer class="actions"><button class="btn btn-primary">{}{}</button>{}'
        '<span class="push row-flex">{}</span></footer>',
        icons.icon(icon) if icon else "", verb, back, SafeString(content.strip()),
    )  # fmt: skip


@register.simple_block_tag(takes_context=True)
def confirm(context: Context, content: str, dialog: str, title: Any, action: str, **said: Any) -> SafeString:
    """A dialog for what cannot be taken back, or wants a reason. said: verb, text, kind, open."""
    known = {"text": "", "kind": "danger", "open": False, "verb": title} | said
    return render_to_string("shell/_confirm.html", {
        **known, "dialog": dialog, "title": title, "action": action, "content": SafeString(content.strip()),
        "csrf_token": context.get("csrf_token", ""),
    })  # fmt: skip


@register.simple_tag
def confirm_button(dialog: str, text: Any, icon: str = "", classes: str = "") -> SafeString:
    """Opens the dialog of that id."""
    return format_html(
        '<button class="btn {}" type="button" data-open="{}" aria-haspopup="dialog">{}{}</button>',
        classes, dialog, icons.icon(icon) if icon else "", text,
    )  # fmt: skip


@register.inclusion_tag("shell/_finder.html", takes_context=True)
def finder(context: Context, label: Any, name: str = "q") -> dict[str, Any]:
    """A search field; Enter asks, "/" goes there, and the other conditions stay."""
    given = context["request"].GET
    kept = [(key, value) for key in given for value in given.getlist(key) if key not in (name, "page")]
    return {"label": label, "name": name, "text": given.get(name, ""), "kept": kept}


@register.simple_tag(takes_context=True)
def tab(context: Context, href: str, label: Any, count: Any = None) -> SafeString:
    """One view of several; the current one is that of this address, or of this address and its query."""
    request = context["request"]
    here = href in (request.get_full_path(), request.path)
    tally = format_html(' <span class="dim">{}</span>', count) if count is not None else ""
    return format_html(
        '<a href="{}"{}>{}{}</a>', href, SafeString(' aria-current="page"') if here else "", label, tally
    )


@register.simple_tag
def progress(done: int, total: int, label: Any) -> SafeString:
    """A bar that says how far something is; total 0 is nothing yet."""
    share = done / total if total else 0.0
    return format_html(
        '<div class="progress-x" role="progressbar" aria-label="{0}" aria-valuemin="0" aria-valuemax="{2}" '
        'aria-valuenow="{1}"><span>{0}</span><span class="fig">{1} / {2}</span>{3}</div>',
        label, done, total, bar(share, "ok" if total and done >= total else ""),
    )  # fmt: skip
