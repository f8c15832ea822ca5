"""Formats on screen, and for other programs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_GET, require_safe

from canton.centres.access import ViewerRequest
from canton.kernel.access import public, requires

from .. import formats as known
from .. import wording
from ..errors import UnknownFormat
from ..formats.words import rule_text


@requires("exchange.view_format")
@require_GET
def formats(request: ViewerRequest) -> HttpResponse:
    """Every format in its newest version."""
    newest = [known.get(name) for name in dict.fromkeys(each.name for each in known.all())]
    return render(request, "exchange/formats.html", {"formats": newest})


@requires("exchange.view_format")
@require_GET
def format(request: ViewerRequest, name: str, version: str) -> HttpResponse:
    """One version: columns, rules, an example, and what changed between versions."""
    found = _found(name, version)
    content = {
        "format": found,
        "columns": [wording.column(field) for field in found.fields],
        "rules": [(rule, rule_text(rule)) for rule in found.rules],
        "versions": known.versions(name),
    }
    return render(request, "exchange/format.html", content)


def _tag(request: HttpRequest, name: str, version: str) -> str:
    return f'"{_published(name, version).sha256}"'


@public("what centres agreed to exchange; their programs read it")
@require_safe
@cache_control(public=True, max_age=300)
@etag(_tag)
def schema(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The Table Schema descriptor, as it stands."""
    return HttpResponse(_published(name, version).document, content_type="application/json")


def _published(name: str, version: str) -> known.Format | known.others.Offered:
    return known.others.get(name, version) or _found(name, version)


def _found(name: str, version: str) -> known.Format:
    try:
        return known.get(name, version)
    except UnknownFormat as error:
        raise Http404(error.message) from error
