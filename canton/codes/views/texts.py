"""Rules for texts on screen: the list, a rule to add or change, and a trial on texts somebody pastes."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from canton.accounts.access import requires
from canton.centres.access import ViewerRequest, editor
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.pages import paginate

from .. import selectors, services
from ..forms import TextRuleForm, TryForm
from ..models import Code, TextRule
from ..text.rules import Classified, Match, decide, matches, pieces, read

CONFLICT, UNPROCESSABLE = 409, 422
LINES = 200  # texts tried at once


@dataclass(frozen=True, slots=True)
class Tried:
    """A text that was tried: cut where rules hold, what came of it, and the rules that hold."""

    pieces: list[tuple[str, bool]]
    result: Classified
    code: Code | None
    held: list[Match]


@requires("codes.view_code")
@require_GET
def rules(request: ViewerRequest) -> HttpResponse:
    """The rules in use, or the retired ones, those a search finds."""
    return _list(request)


@requires("codes.view_code")
@require_http_methods(["GET", "POST"])
def attempt(request: ViewerRequest) -> HttpResponse:
    """What the rules make of pasted texts; nothing of them is kept. Filters of its list lead to the list."""
    if request.method == "GET":
        return _to_list(request)
    form = TryForm(request.POST)
    if not form.is_valid():
        return _list(request, trying=form)
    lines = [line.strip() for line in form.cleaned_data["lines"].splitlines() if line.strip()]
    held, codes = selectors.text_rules(), {code.pk: code for code in Code.objects.all()}
    tried = []
    for line in lines[:LINES]:
        found = matches(read(line), held)
        result = decide(found)
        tried.append(Tried(pieces(line, found), result, codes.get(result.code), found))
    return _list(request, trying=form, tried=tried, left=max(0, len(lines) - LINES))


@requires("codes.change_code")
@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest) -> HttpResponse:
    """Add a rule."""
    return _ask(request, None)


@requires("codes.change_code")
@require_http_methods(["GET", "POST"])
def change(request: ViewerRequest, key: int) -> HttpResponse:
    """Put another rule in the place of one."""
    return _ask(request, get_object_or_404(TextRule, pk=key))


@requires("codes.change_code")
@require_http_methods(["GET", "POST"])
def turn(request: ViewerRequest, key: int, verb: str) -> HttpResponse:
    """Retire a rule, or use a retired one again; filters of a list that told of an error lead to the list."""
    if request.method == "GET":
        return _to_list(request)
    rule = get_object_or_404(TextRule, pk=key)
    by, now = editor(request), timezone.now()
    try:
        if verb == "retire":
            services.retire_text_rule(rule, by=by, now=now)
            undo = reverse("codes:turn_text_rule", args=[rule.pk, "reinstate"])
            flash.done(request, _("The rule is retired."), undo=undo)
        elif verb == "reinstate":
            services.reinstate_text_rule(rule, by=by, now=now)
            flash.done(request, _("The rule is in use again."))
        else:
            raise Http404
    except CantonError as error:
        return _list(request, error=error)
    return redirect("codes:texts")


def _to_list(request: ViewerRequest) -> HttpResponse:
    return redirect(f"{reverse('codes:texts')}?{request.GET.urlencode()}")


def _ask(request: ViewerRequest, rule: TextRule | None) -> HttpResponse:
    first = {name: getattr(rule, name) for name in ("code", "kind", "pattern", "percent")} if rule else None
    form = TextRuleForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        wanted = services.Wanted(**form.cleaned_data | {"code": form.cleaned_data["code"].pk})
        by, now = editor(request), timezone.now()
        try:
            if rule:
                services.change_text_rule(rule, wanted, by=by, now=now)
            else:
                services.add_text_rule(wanted, by=by, now=now)
        except CantonError as error:
            form.add_error("pattern", error.message)
        else:
            flash.done(request, _("The rule is saved."))
            return redirect("codes:texts")
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "codes/text_rule.html", {"rule": rule, "form": form}, status=status)


def _list(
    request: ViewerRequest, *, error: CantonError | None = None, trying: TryForm | None = None,
    tried: list[Tried] | None = None, left: int = 0,
) -> HttpResponse:  # fmt: skip
    text, retired = request.GET.get("q", "").strip()[:40], request.GET.get("state") == "retired"
    found = TextRule.objects.select_related("code").filter(retired_at__isnull=not retired)
    if text:
        codes = [code.pk for code in selectors.search(text)]
        found = found.filter(Q(pattern__icontains=text) | Q(code__in=codes))
    status = CONFLICT if error else UNPROCESSABLE if trying and trying.errors else 200
    return render(request, "codes/texts.html", {
        "page": paginate(request, found), "text": text, "retired": retired, "error": error,
        "states": [("", _("in use")), ("retired", _("retired"))], "state": "retired" if retired else "",
        "form": trying or TryForm(), "tried": tried, "left": left,
        "may_edit": request.user.has_perm("codes.change_code"),
    }, status=status)  # fmt: skip
