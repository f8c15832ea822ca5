"""The register of staff."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from canton.accounts import selectors, states
from canton.accounts.access import StaffRequest, requires
from canton.accounts.choices import Role
from canton.centres.selectors import visible_to
from canton.shell.pages import paginate


@requires("accounts.view_staff")
@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """Staff of the viewer's centres: search, role, centre."""
    filters = selectors.Filters(
        text=request.GET.get("q", "").strip()[:40],
        role=request.GET.get("role", ""),
        centre=request.GET.get("centre", ""),
    )
    everyone, now = _("all"), timezone.now()
    page = paginate(request, selectors.staff(request.user, filters))
    content = {
        "page": page,
        "people": [(person, states.state_of(person, now)) for person in page],
        "filters": filters,
        "total": selectors.staff(request.user).count(),
        "roles": [("", everyone), *Role.choices],
        "centres": [("", everyone), *((centre.code, str(centre)) for centre in visible_to(request.user))],
    }
    return render(request, "accounts/staff.html", content)
