"""Codes of texts decided on the screen: the list of those in doubt, one text at a time, taken back (F09)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.centres.services.editing import Editor
from canton.codes.models import Code, TextRule
from canton.kernel.errors import CantonError
from canton.shell.flash import done
from canton.shell.pages import paginate

from . import judging, terminal
from .judgements import Judgement
from .judging import Asked
from .judging_errors import DecidedMeanwhile
from .originals import mask_numbers
from .services import judging as services

ROWS_A_PAGE = 50
CONFLICT, UNPROCESSABLE = 409, 422


@requires("intake.judge_text")
@require_GET
def texts(request: StaffRequest) -> HttpResponse:
    """The texts that wait for a person, or those decided; filters live in the address."""
    return _list(request)


@requires("intake.judge_text")
@require_GET
def begin(request: StaffRequest) -> HttpResponse:
    """To the first text that waits and nobody has open; to the list when there is none."""
    asked = Asked.of(request.GET)
    return _to_next(request, asked, None)


@requires("intake.judge_text")
@require_http_methods(["GET", "POST"])
def text(request: StaffRequest, pk: int) -> HttpResponse:
    """One text, what was proposed, the codes to choose from. Decided, the next one follows.

    A second person's decision is a 409 that shows the first one's.
    """
    row = get_object_or_404(judging.visible(request.user), pk=pk)
    if request.method == "GET":
        _note(request, row)
        held = services.hold(row, by=request.user.number, now=timezone.now()) if not row.code else ""
        return _page(request, row, held=held)
    searched = request.POST.get("q", "").strip()
    if searched != request.POST.get("found", searched):  # Enter was faster than the answer to the search
        return _page(request, row, status=UNPROCESSABLE, search=searched)
    seen, code = request.POST.get("seen", ""), request.POST.get("code", "")
    try:
        services.decide(
            row, code, seen=int(seen) if seen.isdecimal() else -1, by=_editor(request), now=timezone.now()
        )
    except CantonError as error:
        status = CONFLICT if isinstance(error, DecidedMeanwhile) else UNPROCESSABLE
        return _page(request, judging.visible(request.user).get(pk=pk), error=error, status=status)
    said = _("%(code)s is kept; reports and queries have it in a moment.") % {"code": _name(code)}
    done(request, said, undo=reverse("intake:take-back-text", args=[pk]))
    return _to_next(request, Asked.of(request.GET), row)


@requires("intake.judge_text")
@require_GET
def choices(request: StaffRequest, pk: int) -> HttpResponse:
    """The codes a search finds, as buttons of the form."""
    get_object_or_404(judging.visible(request.user), pk=pk)
    search = request.GET.get("q", "").strip()[: judging.LONGEST_SEARCH]
    content = {"choices": judging.choices_of(search), "search": search}
    return render(request, "intake/_text_choices.html", content)


@requires("intake.judge_text")
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """The text waits again; the list with a 409 when that is too late."""
    row = get_object_or_404(judging.visible(request.user), pk=pk)
    try:
        services.take_back(row, by=_editor(request), now=timezone.now())
    except CantonError as error:
        return _list(request, error=error)
    done(request, _("The decision is taken back; the text waits again."))
    return redirect("intake:text", pk)


def _to_next(request: StaffRequest, asked: Asked, after: Judgement | None) -> HttpResponse:
    now = timezone.now()
    found = judging.following(request.user, asked, after, by=request.user.number, now=now)
    if found is None:
        return redirect(_address("texts", asked))
    return redirect(_address("text", asked, found))


def _list(request: StaffRequest, *, error: CantonError | None = None) -> HttpResponse:
    asked = Asked.of(request.GET)
    waiting, decided = judging.counts(request.user)
    page = paginate(request, judging.listed(request.user, asked), per_page=ROWS_A_PAGE)
    named, cities = _names(), terminal.cities_of(request.user)
    offered = [
        (code or judging.NONE, f"{code} {named.get(code, '')}" if code else _("none proposed"))
        for code in judging.codes_in(request.user, asked)
    ]
    content = {
        "asked": asked, "page": page, "waiting": waiting, "decided": decided, "error": error,
        "rows": [_shown(each, named, asked) for each in page],
        "cities": [("", _("all")), *((city.code, str(city)) for city in cities)],
        "codes": [("", _("all")), *offered],
        "begin": _address("begin-texts", asked),
    }  # fmt: skip
    return render(request, "intake/texts.html", content, status=CONFLICT if error else 200)


def _shown(row: Judgement, named: dict[str, str], asked: Asked) -> dict[str, Any]:
    code = row.code or row.proposed
    return {
        "row": row, "text": mask_numbers(row.text), "code": code, "name": named.get(code, ""),
        "address": _address("text", asked, row.pk),
    }  # fmt: skip


def _page(
    request: StaffRequest, row: Judgement, *, error: CantonError | None = None, held: str = "",
    search: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    asked, named, now = Asked.of(request.GET), _names(), timezone.now()
    first = row.code or row.proposed
    others = [(code, named[code], share) for code, share in row.others if code in named and code != first]
    key = judging.following(request.user, asked, row, by=request.user.number, now=now)
    content = {
        "row": row, "error": error, "held": held, "asked": asked, "search": search,
        "text": mask_numbers(row.text), "key": row.key.replace("\x1f", " "),
        "proposed": named.get(row.proposed, ""), "decided": named.get(row.code, row.code), "others": others,
        "method": _read_by(row.method), "choices": judging.choices_of(search),
        "conflict": isinstance(error, DecidedMeanwhile),
        "history": [
            (each, named.get(each.before, ""), named.get(each.code, "")) for each in row.decisions.all()
        ],
        "skip": _address("text", asked, key) if key else "", "list": _address("texts", asked),
        "kept": urlencode(asked.address),
    }  # fmt: skip
    return render(request, "intake/text.html", content, status=status)


def _read_by(method: str) -> str:
    """What proposed the code, in words."""
    kind, _colon, key = method.partition(":")
    if kind == "rule" and key.isdecimal():
        rule = TextRule.objects.filter(pk=int(key)).first()
        return _("rule “%(pattern)s”") % {"pattern": rule.pattern if rule else key}
    return _("model %(name)s") % {"name": key} if kind == "model" else ""


def _names() -> dict[str, str]:
    return {code.pk: str(code) for code in Code.objects.all()}


def _name(code: str) -> str:
    return f"{code} {Code.objects.get(pk=code)}"


def _note(request: StaffRequest, row: Judgement) -> None:
    record(
        "intake.view_judgement", actor=request.user.number, centre=request.user.centre_id, now=timezone.now(),
        target=f"{row.batch.number}:{row.line}", address=address_of(request),
    )  # fmt: skip


def _editor(request: StaffRequest) -> Editor:
    return Editor(request.user.number, request.user.centre, address_of(request))


def _address(name: str, asked: Asked, *args: int) -> str:
    query = urlencode(asked.address)
    return reverse(f"intake:{name}", args=args) + (f"?{query}" if query else "")
