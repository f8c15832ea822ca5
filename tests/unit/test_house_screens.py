"""Every page a browser can open has its picture taken, or says why not."""

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

PLACE = Path(__file__).parents[2] / "scripts/screens.py"
SPEC = importlib.util.spec_from_file_location("screens", PLACE)
assert SPEC is not None and SPEC.loader is not None
screens = importlib.util.module_from_spec(SPEC)
sys.modules["screens"] = screens
SPEC.loader.exec_module(screens)
ROOMS = Path(__file__).parents[2] / "canton"
ON_PHONES = ("accounts", "audit", "centres", "codes", "exchange", "monitoring", "queries", "reports",
              "results")  # fmt: skip
ALL = [screen for each in screens.SCREENS.values() for screen in each]


def methods(view: Any) -> list[str] | None:
    """What a view's `require_…` allows, under its other decorators."""
    while view is not None:
        for name, cell in zip(view.__code__.co_freevars, view.__closure__ or (), strict=True):
            if name == "request_method_list":
                return list(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return None


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{space}{entry.name}", entry.callback


OPENED = {name for name, view in named(get_resolver()) if "GET" in (methods(view) or ["GET"])}


def test_every_page_is_a_screen_or_left_out_with_a_reason() -> None:
    pictured = {screen.page for screen in ALL if screen.page}
    assert pictured | screens.LEFT_OUT.keys() == OPENED
    assert not pictured & screens.LEFT_OUT.keys()
    assert all(len(reason) > 5 for reason in screens.LEFT_OUT.values())


@pytest.mark.parametrize("screen", [each for each in ALL if not each.followed], ids=lambda each: each.name)
def test_a_screen_is_where_it_says(screen: Any) -> None:
    try:
        found = resolve(screen.at.partition("?")[0]).view_name
    except Resolver404:
        found = ""
    assert found == screen.page or screen.status == 403


def test_names_of_pictures_differ() -> None:
    names = [screen.name for screen in ALL]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("room", ON_PHONES)
def test_every_table_says_what_becomes_of_it_on_a_phone(room: str) -> None:
    """Cards, or a first column that stays; anything else is cut off at 390 px."""
    for template in (ROOMS / room / "templates").rglob("*.html"):
        for classes in re.findall(r'class="(table-x[^"]*)"', template.read_text(encoding="utf-8")):
            assert {"cards", "pinned"} & set(classes.split()), f"{template.name}: {classes}"


def test_a_link_to_a_file_says_that_it_is_one() -> None:
    """Without it a page is awaited that never opens, and the sign that it is being opened stays."""
    files = [name for name, why in screens.LEFT_OUT.items() if why == "a file"]
    links = re.compile(rf'<a [^>]*href="{{% url "(?:{"|".join(files)})"[^>]*>')
    for template in ROOMS.glob("*/templates/**/*.html"):
        for link in links.finditer(template.read_text(encoding="utf-8")):
            assert " download" in link[0], f"{template.name}: {link[0]}"
