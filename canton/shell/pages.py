"""Paging of lists: the page number is in the address, a wrong one shows the nearest page."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 50


def paginate(request: HttpRequest, items: Any, *, per_page: int = PER_PAGE) -> Page[Any]:
    """The page `?page=` names, of a query set, a list, or anything with a length and slices."""
    return Paginator(items, per_page).get_page(request.GET.get("page"))
