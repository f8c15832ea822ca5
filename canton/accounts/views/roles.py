"""What roles may do."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, requires
from canton.accounts.choices import Role
from canton.accounts.roles import EVERYBODY, GRANTED, permissions_of


@requires("accounts.view_staff")
@require_GET
def roles(request: StaffRequest) -> HttpResponse:
    """What each role may see and do."""
    matrix = [
        (label, [permission in permissions_of(role) for role in Role])
        for permission, label in GRANTED.items()
    ]
    content = {"roles": list(Role), "matrix": matrix, "everybody": EVERYBODY.values()}
    return render(request, "accounts/roles.html", content)
