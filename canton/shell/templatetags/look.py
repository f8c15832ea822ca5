"""The shared parts of every screen: `{% load i18n look %}`. How to write a screen:

    {% extends "shell/base.html" %}{% load i18n static look %}
    {% block title %}{% trans "Batches" %}{% endblock %}
    {% block crumb %}<a href="...">{% trans "Batches" %}</a><span>/</span><b>GZ-1</b>{% endblock %}
    {% block head %}<link rel="stylesheet" href="{% static 'intake/intake.css' %}">{% endblock %}
    {% block content %}
      <div class="sheet-head"><h1>...</h1> {% pill "live" text %} <span class="push row-flex">...</span></div>
      <div class="tiles">{% tile name value unit=unit definition=definition %}</div>
      <section class="panel"><header><h2>...</h2></header>
        <div class="scroll"><table class="table-x">...</table></div>{% paging page %}</section>
    {% endblock %}
    {% block keys %}<span><kbd>J</kbd></span><span>{% trans "next row" %}</span>{% endblock %}
    {% block scripts %}<script src="{% static 'shell/charts.js' %}" defer></script>{% endblock %}

Without its own crumb block a page shows section / menu entry. `content` sits in a grid with gap 12.
No style="", no onclick, no script with code in it: the policy refuses them. Data for scripts:
`{{ data|json_script:"id" }}`. The menu entry is made in the room's apps.ready():

    menu.add(MenuEntry("manage", _("Staff"), "accounts:staff", "accounts.view_staff", about=_("...")))

Screens that ask load `forms` as well: fields, dialogs, tabs, finders.

Tags
    {% icon "upload" %} {% icon "upload" "icon-lg" %}   any outline icon of tabler.io/icons
    {% pill "ok|live|wait|warn|bad" text %}  {% mini text "warn" %}
    {% bar 0.4 "ok" %} {% bar 0.88 mark=0.85 %}   share 0-1;  {% fuse 75 %}   per cent, picks its colour
    {% steps4 states percent %}   states: 4 of done|now|fail|"";  {% track steps %}   parts.Step each
    {% tile name value unit="" note="" kind="warn" href="" definition=None %}   value as given: use a filter
    {% define definition name %}   the (i) alone; definition is text or parts.Definition
    {% sortable "received" label "n" %}   a <th> that sorts by ?sort=received / -received
    {% chip label value "city" %}   a condition that is on; its × drops ?city= (and page)
    {% choose label "city" options %}   a filter menu; options [(value, label)], first ("", all)
    {% paging page %} {% paging page note=text %}   a panel's footer, with the true total
    {% blank "filter-off" title text %}buttons{% endblank %}   empty state; {% blank i t x "bad" %} for errors
    {% querystring page=2 %}   Django's own: state lives in the address
Filters
    number number:1 percent seconds clock moment moment:"time|day|full" size masked missing
    period   a reporting period in words, its name (1999-01) as the tooltip
Classes
    panel(header .in .scroll footer) pair seg filters facts(dl) note(.warn .bad .ok) row-flex push opens(ul)
    fig code dim soft small t-ok t-warn t-bad table-x(.tight; .n right-aligned; tr.total; td.wrap;
        on a phone .cards or .pinned)
    field(form-label, form-control or form-select, .says) chart(.tall .low)
Live parts (shell/live.js fetches the part again on each event of the topic; {% live %} says if it is fresh)
    <div id="rows" data-live="batches">
Keys (shell/shell.js)
    <tbody data-rows> J K Enter;  data-slash on a field;  data-open="id of a dialog";  data-submit on a select
Python
    shell.pages.paginate(request, items); shell.exports.csv_response(filename, header, rows), json_response
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from canton.shell import figures, icons, periods
from canton.shell.parts import Definition, Step

register = template.Library()

for name in ("number", "percent", "seconds", "clock", "moment", "size", "masked"):
    register.filter(name, getattr(figures, name))
register.filter("period", periods.period)

FUSE_WARN, FUSE_OVER = 75, 100
STEP_WIDTH, STEP_PITCH = 18, 21
PILLS = ("ok", "live", "wait", "warn", "bad")


@register.filter
def missing(value: Any) -> Any:
    """— for what is not there."""
    return figures.MISSING if value is None or value == "" else value


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    return icons.icon(name, classes)


@register.simple_tag
def pill(state: str, text: Any) -> SafeString:
    """A state: shape, colour and word."""
    if state not in PILLS:
        raise template.TemplateSyntaxError(f"no pill {state!r}")
    return format_html('<span class="pill {}">{}</span>', state, text)


@register.simple_tag
def mini(text: Any, kind: str = "") -> SafeString:
    """An attribute: a small frame."""
    return format_html('<span class="mini {}">{}</span>', kind, text)


@register.simple_tag
def bar(share: Any, kind: str = "", mark: float | None = None, classes: str = "") -> SafeString:
    """A bar filled to a share of 0-1, with a mark at a target; None draws an empty one."""
    width = round(max(0.0, min(1.0, float(share or 0))) * 100, 2)
    tick = SafeString("")
    if mark is not None:
        tick = format_html('<rect class="mark" x="{}" width=".8" height="8"/>', round(mark * 100 - 0.4, 2))
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="{}" width="{}" height="8"/>{}</svg>',
        classes, kind, width, tick,
    )  # fmt: skip


@register.simple_tag
def fuse(used: Any) -> SafeString:
    """时限条: per cent of the time allowed that is used; warns from 75, over at 100."""
    amount = float(used or 0)
    kind = "bad" if amount >= FUSE_OVER else "warn" if amount >= FUSE_WARN else ""
    return bar(amount / 100, kind, classes="fuse")


@register.simple_tag
def steps4(states: Sequence[str], percent: Any = 0) -> SafeString:
    """Four steps in a row of a table: check, classify, sort, load."""
    return _four(tuple(states), percent, " · ".join((_("check"), _("classify"), _("sort"), _("load"))))


@lru_cache(maxsize=256)  # a list has one in every row, and most are alike
def _four(states: tuple[str, ...], percent: Any, label: str) -> SafeString:
    return format_html(
        '<svg class="steps4" viewBox="0 0 81 6" role="img" aria-label="{0}"><title>{0}</title>{1}</svg>',
        label, format_html_join("", "{}", ((_step(at, state, percent),) for at, state in enumerate(states))),
    )  # fmt: skip


def _step(at: int, state: str, percent: Any) -> SafeString:
    shape = '<rect class="{}" x="{}" width="{}" height="6" rx="1"/>'
    if state != "now":
        return format_html(shape, state, at * STEP_PITCH, STEP_WIDTH)
    width = round(max(3.0, STEP_WIDTH * min(100.0, float(percent or 0)) / 100), 1)
    ground = format_html(shape, "", at * STEP_PITCH, STEP_WIDTH)
    return ground + format_html(shape, "now", at * STEP_PITCH, width)


@register.inclusion_tag("shell/_track.html")
def track(steps: Sequence[Step]) -> dict[str, Any]:
    """The six steps of a batch, or any way with stops."""
    return {"steps": steps}


@register.inclusion_tag("shell/_define.html")
def define(definition: Definition | str, name: Any = "") -> dict[str, Any]:
    """An (i) that opens what a figure means; works by keyboard, Esc closes."""
    known = definition if isinstance(definition, Definition) else Definition(text=definition)
    return {"definition": known, "name": name}


@register.inclusion_tag("shell/_tile.html")
def tile(
    name: Any, value: Any, unit: Any = "", note: Any = "", kind: str = "", href: str = "",
    definition: Definition | str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One figure of a row of tiles, six at most."""
    known = Definition(text=definition) if isinstance(definition, str) and definition else definition
    return {
        "name": name, "value": value, "unit": unit, "note": note, "kind": kind, "href": href,
        "definition": known,
    }  # fmt: skip


def _address(request: HttpRequest, **changes: Any) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def sortable(context: Context, key: str, label: Any, classes: str = "") -> SafeString:
    """A head of a column: first click descending, then ascending."""
    now = str(context["request"].GET.get("sort") or context.get("sort", ""))
    if now.lstrip("-") != key:
        href = _address(context["request"], sort=f"-{key}")
        return format_html('<th class="{}" scope="col"><a href="{}">{}</a></th>', classes, href, label)
    down = now.startswith("-")
    return format_html(
        '<th class="{}" scope="col" aria-sort="{}"><a href="{}">{} {}</a></th>',
        classes, "descending" if down else "ascending",
        _address(context["request"], sort=key if down else f"-{key}"),
        label, icons.icon("chevron-down" if down else "chevron-up"),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def chip(context: Context, label: Any, value: Any, key: str) -> SafeString:
    """A condition that is on; the × drops it."""
    return format_html(
        '<span class="chip on">{} <b>{}</b> <a href="{}" aria-label="{}">{}</a></span>',
        label, value, _address(context["request"], **{key: ""}),
        _("Remove condition: %(name)s") % {"name": label}, icons.icon("x"),
    )  # fmt: skip


@register.inclusion_tag("shell/_choose.html", takes_context=True)
def choose(context: Context, label: Any, key: str, options: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    """A filter that opens a list of links; turns into a chip with × when a value is chosen."""
    request = context["request"]
    now = request.GET.get(key, "")
    links = [{"label": text, "href": _address(request, **{key: value})} for value, text in options]
    return {
        "label": label, "links": links, "first": links[0]["label"] if links else "",
        "chosen": next((text for value, text in options if now and str(value) == now), None),
        "clear": _address(request, **{key: ""}),
    }  # fmt: skip


@register.simple_block_tag(takes_context=True)
def blank(
    context: Context, content: str, icon_name: str, title: Any, text: Any = "", kind: str = ""
) -> SafeString:
    """An empty or broken state: what is true, why, and the next step (buttons inside)."""
    return format_html(
        '<div class="blank"><span class="art {}">{}</span><h3>{}</h3><p>{}</p>'
        '<div class="act">{}</div></div>',
        kind, icons.icon(icon_name, "icon-xl"), title, text, content,
    )  # fmt: skip


@register.inclusion_tag("shell/_paging.html", takes_context=True)
def paging(context: Context, page: Page[Any], note: Any = "") -> dict[str, Any]:
    """Footer of a list: which rows of how many, and the pages beside."""
    query = context["request"].GET.copy()

    def to(target: int) -> str:
        query["page"] = str(target)
        return f"?{query.urlencode()}"

    return {
        "page": page, "note": note,
        "before": to(page.previous_page_number()) if page.has_previous() else "",
        "after": to(page.next_page_number()) if page.has_next() else "",
    }  # fmt: skip


@register.inclusion_tag("shell/_live.html")
def live() -> dict[str, Any]:
    """Says that the page refreshes itself, and since when it does not."""
    return {}
