"""Home, Ctrl K, choices of language and look, and the pages that say what went wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET, require_POST

from canton.kernel.access import public, requires

from . import jump as places_of
from .context import SIZE_COOKIE, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600
CHOICES = {
    "language": (settings.LANGUAGE_COOKIE_NAME, tuple(code for code, _name in settings.LANGUAGES)),
    "theme": (THEME_COOKIE, THEMES),
    "size": (SIZE_COOKIE, ("normal", "large")),
}


@requires("shell.view_home")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this person may open here, with the role and the centre he works for."""
    return render(request, "shell/home.html")


@requires("shell.view_home")
@require_GET
def jump(request: HttpRequest) -> HttpResponse:
    """Go to the one place the text names, or list the places it may mean."""
    text = request.GET.get("q", "").strip()[:80]
    places = places_of.places(request.user, text)
    if len(places) == 1:
        return redirect(places[0].href)
    return render(request, "shell/jump.html", {"text": text, "places": places})


@public("chooses language and look before anybody has signed in; changes nothing but two cookies")
@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Remember language, theme or size in a cookie and go back to the page."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("shell:home")
    response = HttpResponseRedirect(back)
    for field, (cookie, allowed) in CHOICES.items():
        chosen = request.POST.get(field)
        if chosen in allowed:
            response.set_cookie(cookie, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _failure(request: HttpRequest, status: int, icon: str, title: str, text: str) -> HttpResponse:
    content = {"status": status, "icon": icon, "title": title, "text": text}
    return render(request, "shell/failure.html", content, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere."""
    return _failure(
        request, 403, "lock-x", _("This form is no longer valid"),
        _("The page was open too long, or you signed in or out in another window. "
          "Nothing was changed. Go back, reload the page and send it again."),
    )  # fmt: skip


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _failure(
        request, 400, "alert-triangle", _("This request cannot be understood"),
        _("The address or what was sent is incomplete. Nothing was changed. Open it again from the menu."),
    )  # fmt: skip


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _failure(
        request, 403, "lock", _("Your role may not open this page"),
        _("If your work needs it, ask the administration desk for another role; name this address."),
    )  # fmt: skip


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also what lies outside the viewer's scope, so that nobody learns that it exists."""
    return _failure(
        request, 404, "map-search", _("There is nothing here for you to see"),
        _("The address is wrong, the record is gone, or it belongs to a centre you do not work for."),
    )  # fmt: skip


def server_error(request: HttpRequest) -> HttpResponse:
    """500: what broke is in the log of the web process. Drawn without the request: it may be what broke."""
    page = render_to_string("shell/failure.html", {
        "status": 500, "icon": "plug-connected-x", "title": _("Something broke on our side"),
        "text": _("What you sent may not have been saved; look before you send it again. "
                  "If it happens twice, tell the administration desk the time and this address."),
    })  # fmt: skip
    return HttpResponse(page, status=500)
