"""Shared parts: what a template gets, without a database and without a style attribute."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from canton.shell import menu
from canton.shell.parts import Definition, Step


def drawn(source: str, query: str = "", **content: object) -> str:
    request = RequestFactory().get(f"/list/?{query}")
    return Template("{% load look %}" + source).render(Context({"request": request, **content}))


def test_text_in_parts_is_escaped() -> None:
    for source in (
        '{% pill "ok" x %}',
        "{% mini x %}",
        "{% tile x x note=x definition=x %}",
        '{% chip x x "k" %}',
    ):
        assert "<script" not in drawn(source, x="<script>1</script>"), source


@pytest.mark.parametrize(("share", "width"), [(0.4, "40.0"), (None, "0.0"), (7, "100.0"), (-1, "0.0")])
def test_a_bar_stays_within_its_frame(share: float | None, width: str) -> None:
    assert f'width="{width}"' in drawn("{% bar share %}", share=share)


@pytest.mark.parametrize(
    ("used", "kind"), [(10, ""), (74.9, ""), (75, "warn"), (99, "warn"), (100, "bad"), (300, "bad")]
)
def test_a_fuse_warns_before_it_is_over(used: float, kind: str) -> None:
    assert f'<rect class="{kind}"' in drawn("{% fuse used %}", used=used)


def test_no_part_carries_a_style_attribute_or_a_handler() -> None:
    page = drawn(
        '{% steps4 four 50 %}{% track steps %}{% bar 0.5 mark=0.8 %}{% tile "a" 1 definition=d %}'
        '{% blank "x" "t" "p" %}<a></a>{% endblank %}{% live %}',
        four=["done", "now", "", "fail"], steps=[Step("a", "done"), Step("b", "now")],
        d=Definition("text", "over", "under", [("Population", "all")], "/x", "rows"),
    )  # fmt: skip
    assert " style=" not in page
    assert " on" not in page.replace(" one", "")


def test_a_condition_that_goes_takes_the_page_number_with_it() -> None:
    chip = drawn('{% chip "City" "Foshan" "city" %}', "city=4406&state=rows&page=3")
    assert 'href="?state=rows"' in chip


def test_a_column_sorts_down_first_and_then_up() -> None:
    source = '{% sortable "read" "Read" "n" %}'
    assert "sort=-read" in drawn(source)
    down = drawn(source, "sort=-read")
    assert 'aria-sort="descending"' in down
    assert 'href="?sort=read"' in down
    assert 'aria-sort="ascending"' in drawn(source, "sort=read")


def test_the_menu_offers_what_the_role_may_open_and_the_site_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_entries", {})
    menu.add(menu.MenuEntry("manage", "Home", "shell:home", "shell.view_home", order=2))
    menu.add(menu.MenuEntry("manage", "Jump", "shell:jump", "shell.view_home", order=1))
    menu.add(menu.MenuEntry("data", "Secret", "shell:prefer", "nobody.may"))
    menu.add(menu.MenuEntry("data", "Not built", "nowhere:page", "shell.view_home"))

    offered = menu.offered(lambda permission: permission == "shell.view_home", "/jump/somewhere")
    assert [section.section.key for section in offered] == ["manage"]
    assert [str(entry.label) for entry, _href in offered[0].entries] == ["Jump", "Home"]
    assert offered[0].current is not None
    assert offered[0].current.label == "Jump"
    with pytest.raises(ValueError, match="no section"):
        menu.add(menu.MenuEntry("kitchen", "Tea", "shell:home", "shell.view_home"))
