"""Versions of the classification on screen: drafted, compared, published; none is edited once published."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import requires
from canton.centres.access import ViewerRequest, editor
from canton.centres.models import in_chinese
from canton.centres.selectors import department_names
from canton.kernel.errors import CantonError
from canton.shell import flash

from .. import selectors, services, wording
from ..choices import DeadlineKind, Nature, RegulatorClass, VersionState
from ..classification import Classification, Kind, difference, mark, next_code
from ..errors import ChangedMeanwhile
from ..forms import KindForm, PublishForm, RuleForm, TargetForm
from ..models import Version

CONFLICT, UNPROCESSABLE = 409, 422


@requires("codes.view_code")
@require_GET
def versions(request: ViewerRequest) -> HttpResponse:
    """Every version: the draft, those to come, that in force, and those before it."""
    return _list(request)


@requires("codes.change_code")
@require_POST
def start(request: ViewerRequest) -> HttpResponse:
    """Begin the draft of the next version."""
    try:
        draft = services.start(by=editor(request), now=timezone.now())
    except CantonError as error:
        return _list(request, error)
    return redirect("codes:version", draft.number)


@requires("codes.view_code")
@require_GET
def version(request: ViewerRequest, number: str) -> HttpResponse:
    """One version: its tree and deadlines, and what differs from another."""
    return _show(request, get_object_or_404(Version, number=number))


@requires("codes.change_code")
@require_http_methods(["GET", "POST"])
def kind(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Rename a code of the draft and change what it says; 409 with both values when somebody was faster."""
    draft, held = _drafted(number, code)
    first = {field: getattr(held, field) for field in held.__slots__} | {"seen": mark(held)}
    form = KindForm(request.POST if request.method == "POST" else None, new=False, initial=first)
    conflict: list[wording.Word] = []
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_bound and form.is_valid():
        wanted, seen = form.kind(code), form.cleaned_data["seen"]
        try:
            services.set_kind(draft, wanted, seen=seen, by=editor(request), now=timezone.now())
        except ChangedMeanwhile as error:
            conflict, status = wording.words(error.differences), CONFLICT
            redrawn = request.POST.copy()
            redrawn["seen"] = error.seen
            form.add_error(None, error.message)
            form.data = redrawn
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            return _done(request, draft, _("%(code)s is changed in the draft.") % {"code": code})
    content = Classification.from_json(draft.content)
    used = [each for each in content.kinds if not each.retired and each.code != code]
    heads = [each for each in used if each.is_head and each.code != held.head]
    return render(request, "codes/kind.html", {
        "version": draft, "kind": held, "form": form, "conflict": conflict,
        "fresh": code not in selectors.published_codes(),
        "retiring": TargetForm(targets=used, label=_("successor"), required=False, auto_id="retire_%s"),
        "moving": TargetForm(targets=heads, label=_("To head"), required=True, auto_id="move_%s"),
    }, status=status)  # fmt: skip


@requires("codes.change_code")
@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest, number: str) -> HttpResponse:
    """Add a head, or a kind below one, to the draft."""
    draft = get_object_or_404(Version, number=number, state=VersionState.DRAFT)
    content = Classification.from_json(draft.content)
    head = content.kind(request.GET.get("head", ""))
    first: dict[str, Any] = {}
    if head:
        first = {field: getattr(head, field) for field in ("nature", "regulator_class", "department")}
        first["code"] = next_code(head.code, (each.code for each in content.kinds))
    form = KindForm(request.POST if request.method == "POST" else None, new=True, initial=first)
    if form.is_bound and form.is_valid():
        wanted = form.kind()
        try:
            services.alter(draft, lambda held: held.add(wanted), by=editor(request), now=timezone.now())
        except CantonError as error:
            form.add_error("code", error.message)
        else:
            return _done(request, draft, _("%(code)s is added to the draft.") % {"code": wanted.code})
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "codes/kind.html", {"version": draft, "form": form, "adding": True}, status=status)


@requires("codes.change_code")
@require_POST
def turn(request: ViewerRequest, number: str, code: str, verb: str) -> HttpResponse:
    """Retire a code with its successor, move it below another head, or remove one never published."""
    draft, held = _drafted(number, code)
    target = request.POST.get("target", "")[:4]
    published = selectors.published_codes()
    turns: dict[str, Callable[[Classification], Classification]] = {
        "retire": lambda content: content.retire(held.code, target),
        "move": lambda content: content.move(held.code, target),
        "remove": lambda content: content.remove(held.code, published),
    }
    if verb not in turns:
        raise Http404
    return _alter(request, draft, turns[verb], _("%(code)s is changed in the draft.") % {"code": code})


@requires("codes.change_code")
@require_POST
def rule(request: ViewerRequest, number: str) -> HttpResponse:
    """Set a deadline of the draft, or drop one."""
    draft = get_object_or_404(Version, number=number, state=VersionState.DRAFT)
    if "drop" in request.POST:
        code, _dot, what = request.POST["drop"].partition(":")
        return _alter(request, draft, lambda held: held.drop_rule(code, what), _("The deadline is dropped."))
    form = RuleForm(request.POST, content=Classification.from_json(draft.content))
    if not form.is_valid():
        return _show(request, draft, ruling=form)
    wanted = form.rule()
    return _alter(request, draft, lambda held: held.put_rule(wanted), _("The deadline is set."))


@requires("codes.change_code")
@require_POST
def settle(request: ViewerRequest, number: str, verb: str) -> HttpResponse:
    """Publish the draft, drop it, take back its latest change, or make a version to come a draft again."""
    found = get_object_or_404(Version, number=number)
    by, now = editor(request), timezone.now()
    try:
        if verb == "publish":
            return _publish(request, found)
        if verb == "drop":
            services.drop(found, by=by, now=now)
            flash.done(request, _("Version %(number)s is dropped.") % {"number": number})
            return redirect("codes:versions")
        if verb == "withdraw":
            services.withdraw(found, by=by, now=now)
        elif verb == "undo":
            services.undo(found, by=by, now=now)
        else:
            raise Http404
    except CantonError as error:
        return _show(request, found, error=error)
    flash.done(request, _("The change is taken back."))
    return redirect("codes:version", number)


def _publish(request: ViewerRequest, found: Version) -> HttpResponse:
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _show(request, found, publishing=form)
    start = form.cleaned_data["start"]
    try:
        services.publish(found, start=start, by=editor(request), now=timezone.now())
    except CantonError as error:
        form.add_error(None, error.message)
        return _show(request, found, publishing=form)
    later = start > timezone.localdate()
    undo = reverse("codes:settle", args=[found.number, "withdraw"]) if later else ""
    said = _("Version %(number)s is published from %(day)s.") % {"number": found.number, "day": start}
    flash.done(request, said, undo=undo)
    return redirect("codes:version", found.number)


def _alter(
    request: ViewerRequest, draft: Version, change: Callable[[Classification], Classification], said: str
) -> HttpResponse:
    try:
        services.alter(draft, change, by=editor(request), now=timezone.now())
    except CantonError as error:
        return _show(request, draft, error=error)
    return _done(request, draft, said)


def _done(request: ViewerRequest, draft: Version, said: str) -> HttpResponse:
    flash.done(request, said, undo=reverse("codes:settle", args=[draft.number, "undo"]))
    return redirect("codes:version", draft.number)


def _list(request: ViewerRequest, error: CantonError | None = None) -> HttpResponse:
    content = {
        "versions": list(Version.objects.select_related("based_on")), "error": error,
        "force": selectors.in_force(timezone.localdate()), "today": timezone.localdate(),
        "draft": Version.objects.filter(state=VersionState.DRAFT).first(),
        "may_edit": request.user.has_perm("codes.change_code"),
    }  # fmt: skip
    return render(request, "codes/versions.html", content, status=CONFLICT if error else 200)


def _show(
    request: ViewerRequest, found: Version, *, error: CantonError | None = None,
    publishing: PublishForm | None = None, ruling: RuleForm | None = None,
) -> HttpResponse:  # fmt: skip
    content = Classification.from_json(found.content)
    other = Version.objects.filter(number=request.GET.get("with", "")).first() or found.based_on
    before = Classification.from_json(other.content) if other else content
    today = timezone.localdate()
    draft = found.state == VersionState.DRAFT
    status = CONFLICT if error else UNPROCESSABLE if publishing or ruling else 200
    may_edit = request.user.has_perm("codes.change_code")
    return render(request, "codes/version.html", {
        "version": found, "rows": _rows(content), "error": error, "other": other,
        "lines": wording.lines(difference(before, content), before, content),
        "others": Version.objects.exclude(pk=found.pk),
        "rules": [_rule_row(each, content) for each in content.rules],
        "force": selectors.in_force(today), "today": today, "editable": draft and may_edit,
        "may_edit": may_edit, "waiting": not draft and bool(found.valid_from and found.valid_from > today),
        "publishing": publishing or PublishForm(initial={"start": today}),
        "publishing_open": publishing is not None, "english": not in_chinese(),
        "ruling": ruling or RuleForm(content=content),
    }, status=status)  # fmt: skip


def _rows(content: Classification) -> list[tuple[Kind, str, str, str]]:
    """Each code with its nature, regulator class and department in words."""
    departments = {code: str(name) for code, name in department_names().items()}
    return [
        (
            each, str(Nature(each.nature).label), str(RegulatorClass(each.regulator_class).label),
            departments.get(each.department, each.department),
        )
        for each in content.kinds
    ]  # fmt: skip


def _rule_row(each: Any, content: Classification) -> tuple[Any, str, str]:
    kind = content.kind(each.code)
    name = "" if kind is None else kind.name if in_chinese() else kind.name_en
    return each, name, str(DeadlineKind(each.kind).label)


def _drafted(number: str, code: str) -> tuple[Version, Kind]:
    """A draft and a code in use in it."""
    draft = get_object_or_404(Version, number=number, state=VersionState.DRAFT)
    held = Classification.from_json(draft.content).kind(code)
    if held is None or held.retired:
        raise Http404
    return draft, held
