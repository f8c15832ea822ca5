"""What roles may do, and which of them require a second factor."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts import selectors, services
from canton.accounts.access import StaffRequest, address_of, requires
from canton.accounts.choices import Role
from canton.accounts.errors import OutOfReach
from canton.accounts.roles import EVERYBODY, GRANTED, GRANTS, permissions_of
from canton.shell.flash import done


@requires("accounts.view_staff")
@require_GET
def roles(request: StaffRequest) -> HttpResponse:
    """What each role may see and do, who has it, and whether it requires a second factor."""
    return _page(request)


@requires("accounts.change_rule")
@require_POST
def require(request: StaffRequest, role: str) -> HttpResponse:
    """Require a second factor of everybody with a role."""
    return _rule(request, role, True)


@requires("accounts.change_rule")
@require_POST
def waive(request: StaffRequest, role: str) -> HttpResponse:
    """No longer require a second factor of a role."""
    return _rule(request, role, False)


def _rule(request: StaffRequest, name: str, required: bool) -> HttpResponse:
    if name not in Role.values:
        raise Http404(name)
    role = Role(name)
    try:
        services.require_code(
            role, required, by=request.user, now=timezone.now(), address=address_of(request)
        )
    except OutOfReach as error:
        return _page(request, refused=error.message)
    if required:
        said, back = _("The role “%(role)s” now requires a second factor."), "accounts:role-waive"
    else:
        said, back = _("The role “%(role)s” no longer requires a second factor."), "accounts:role-require"
    done(request, said % {"role": role.label}, undo=reverse(back, args=[role]))
    return redirect("accounts:roles")


def _page(request: StaffRequest, *, refused: str = "") -> HttpResponse:
    required, holders = selectors.roles_requiring_code(), selectors.count_by_role(request.user)
    matrix = [
        (label, [permission in permissions_of(role) for role in Role])
        for permission, label in GRANTED.items()
    ]
    content = {
        "roles": list(Role),
        "lines": [
            {
                "role": role,
                "may": [label for permission, label in GRANTED.items() if permission in GRANTS[role]],
                "holders": holders.get(role, selectors.Holders()),
                "required": role in required,
            }
            for role in Role
        ],
        "matrix": matrix,
        "everybody": EVERYBODY.values(),
        "refused": refused,
        "may_rule": request.user.has_perm("accounts.change_rule"),
    }
    return render(request, "accounts/roles.html", content, status=422 if refused else 200)
