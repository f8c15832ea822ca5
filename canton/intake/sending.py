"""Forms with a file that the page sends itself, so that it can show how far the file is, and keep it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def kept_by_browser(request: HttpRequest) -> bool:
    """Whether the page sent the form itself: the file that was chosen stays when the form is drawn again."""
    return request.headers.get("HX-Request") == "true"


def gone_on(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page, whoever sent the form."""
    if not kept_by_browser(request):
        return redirect(address)
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = address
    return answer
