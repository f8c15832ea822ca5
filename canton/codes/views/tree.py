"""Classification codes on screen: the tree, and what somebody types finds."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from canton.accounts.access import requires
from canton.centres.models import Department
from canton.centres.selectors import department_names

from .. import selectors
from ..choices import DeadlineKind
from ..models import Code, Deadline

SHOWN = (DeadlineKind.FEEDBACK, DeadlineKind.ANSWER, DeadlineKind.REPAIR_TOWN)


@dataclass(frozen=True, slots=True)
class Row:
    """A code with the words of its department and its deadlines, the ones of SHOWN as columns."""

    code: Code
    department: Department | None
    deadlines: list[Deadline]
    columns: list[Deadline | None]


@requires("codes.view_code")
@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """All codes as a tree, or those a search finds, best first; a fragment for htmx."""
    text = request.GET.get("q", "").strip()[:40]
    rules = list(Deadline.objects.all())
    departments = department_names()
    found = selectors.search(text) if text else selectors.in_tree_order()
    content = {
        "text": text,
        "rows": [_row(code, departments, rules) for code in found],
        "columns": [kind.label for kind in SHOWN],
        "heads": sum(code.parent_id is None for code in found),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "codes/_codes.html" if fragment else "codes/codes.html", content)


def _row(code: Code, departments: dict[str, Department], rules: list[Deadline]) -> Row:
    deadlines = selectors.nearest(code.code, rules)
    by_kind = {deadline.kind: deadline for deadline in deadlines}
    columns = [by_kind.get(kind) for kind in SHOWN]
    return Row(code, departments.get(code.department), deadlines, columns)
