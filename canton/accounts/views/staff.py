"""The register of staff: the list, and adding a person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from canton.accounts import selectors, services, states
from canton.accounts.access import StaffRequest, address_of, requires
from canton.accounts.choices import Role
from canton.accounts.forms import PersonForm
from canton.accounts.models import Staff
from canton.centres.selectors import visible_to
from canton.kernel.errors import CantonError
from canton.shell.pages import paginate


@requires("accounts.view_staff")
@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """Staff of the viewer's centres: search, role, centre, state, order."""
    filters = selectors.Filters(
        text=_asked(request, "q").strip(),
        role=_asked(request, "role"),
        centre=_asked(request, "centre"),
        state=_asked(request, "state"),
    )
    everyone, now = _("all"), timezone.now()
    page = paginate(request, selectors.staff(request.user, filters, sort=_asked(request, "sort")))
    content = {
        "page": page,
        "people": [(person, states.state_of(person, now)) for person in page],
        "may_change": request.user.has_perm("accounts.change_staff"),
        "filtered": filters != selectors.Filters(),
        "total": selectors.staff(request.user).count(),
        "roles": [("", everyone), *Role.choices],
        "states": [
            ("", everyone),
            ("active", pgettext("account", "open")),
            ("suspended", pgettext("account", "suspended")),
            ("never", pgettext("account", "never signed in")),
        ],
        "centres": [("", everyone), *((centre.code, str(centre)) for centre in visible_to(request.user))],
    }
    return render(request, "accounts/staff.html", content)


@requires("accounts.change_staff")
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Ask for a person; once he is in the register show the link by which he sets his first password."""
    data = request.POST if request.method == "POST" else None
    form = PersonForm(data, editor=request.user, today=timezone.localdate())
    if form.is_valid():
        try:
            staff, link = services.add_person(
                form.cleaned_data["number"],
                form.details(),
                by=request.user,
                now=timezone.now(),
                address=address_of(request),
            )
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            return show_link(request, staff, link, first=True)
    return render(request, "accounts/person_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("accounts.change_staff")
@require_GET
def posts(request: StaffRequest) -> HttpResponse:
    """The fields for department and desk, for the centre just chosen."""
    form = PersonForm(
        {"centre": _asked(request, "centre"), "department": "", "desk": ""},
        editor=request.user,
        today=timezone.localdate(),
    )
    form.errors.clear()
    return render(request, "accounts/_posts.html", {"form": form})


def show_link(request: StaffRequest, staff: Staff, link: services.Made, *, first: bool) -> HttpResponse:
    """The one page that ever shows a link; it is not kept, so the answer to the form is that page itself."""
    address = request.build_absolute_uri(reverse("accounts:link", args=[link.token]))
    content = {"person": staff, "address": address, "until": link.expires_at, "first": first}
    return render(request, "accounts/link_made.html", content)


def _asked(request: StaffRequest, key: str) -> str:
    return request.GET.get(key, "").replace("\0", "")[:40]
