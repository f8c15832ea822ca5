"""Paging of lists: the page number is in the address, a wrong one shows the nearest page."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 50


def paginate(
    request: HttpRequest, items: Any, *, per_page: int = PER_PAGE, count: int | None = None
) -> Page[Any]:
    """The page `?page=` names, of a query set, a list, or anything with a length and slices.

    count: how many items there are, where that is known already.
    """
    pages = Paginator(items, per_page)
    if count is not None:
        pages.count = count
    return pages.get_page(request.GET.get("page"))
