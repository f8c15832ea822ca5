"""Icons of @tabler/icons, inlined: no request, coloured by the text around them."""

import re
from functools import cache

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

FOLDER = settings.NODE_MODULES / "@tabler" / "icons" / "icons" / "outline"
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BACKGROUND = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


@cache
def icon(name: str, classes: str = "") -> SafeString:
    """One icon as SVG, hidden from screen readers: the word beside it, or the button's label, says it.

    Raises:
        FileNotFoundError: the set has no such icon.
    """
    found = _DRAWING.search((FOLDER / f"{name}.svg").read_text())
    if found is None:
        raise FileNotFoundError(name)
    drawing = " ".join(_BACKGROUND.sub("", found[1]).split())
    return mark_safe(
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
        f' class="icon {escape(classes)}" aria-hidden="true">{drawing}</svg>'
    )
