"""The parts of screens that ask: tied to errors and helps, escaped, and keeping what the address says."""

import re

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from canton.shell import flash


class Desk(forms.Form):
    code = forms.CharField(label="Code", max_length=3, help_text="Three <b>letters</b>")
    open = forms.BooleanField(label="Open", required=False)
    tier = forms.ChoiceField(label="Tier", choices=[("a", "A"), ("b", "B")], required=False)
    hours = forms.ChoiceField(label="Hours", choices=[("d", "Day"), ("n", "Night")], widget=forms.RadioSelect)

    def clean(self) -> None:
        if self.data.get("tier") == "a":
            raise forms.ValidationError("No such <i>desk</i>")


def drawn(source: str, path: str = "/desks/?role=agent&page=4&q=li", **content: object) -> str:
    request = RequestFactory().get(path)
    with translation.override("en"):
        return Template("{% load look forms %}" + source).render(
            Context({"request": request, "csrf_token": "token", **content})
        )


def test_a_field_is_tied_to_its_label_its_help_and_its_errors() -> None:
    page = drawn("{% field form.code %}", form=Desk({"code": "LONG"}))
    (about,) = re.findall(r'aria-describedby="([^"]+)"', page)
    assert 'for="id_code"' in page
    assert f'<div id="{about}">' in page
    assert 'aria-invalid="true"' in page
    assert "at most 3 characters" in page
    assert "Three &lt;b&gt;" in page
    assert 'class="form-control"' in page


@pytest.mark.parametrize(
    ("name", "part"),
    [("tier", "form-select"), ("open", 'class="check"'), ("hours", "<fieldset"), ("code", "form-control")],
)
def test_each_kind_of_widget_gets_its_shape(name: str, part: str) -> None:
    assert part in drawn("{% field bound suffix='min' %}", bound=Desk()[name])


def test_each_choice_of_a_group_is_one_labelled_input_and_only_inputs_have_their_class() -> None:
    page = drawn("{% field form.hours %}", form=Desk({"hours": "n"}))
    inputs = re.findall(r'<input type="radio"[^>]*>', page)
    assert len(inputs) == 2
    assert all('class="form-check-input"' in each for each in inputs)
    assert page.count("form-check-input") == 2
    assert [("checked" in each) for each in inputs] == [False, True]
    for each in inputs:
        (identity,) = re.findall(r'id="([^"]+)"', each)
        assert f'<label class="check" for="{identity}">' in page


def test_only_what_may_stay_empty_is_marked() -> None:
    assert "optional" in drawn("{% field form.tier %}", form=Desk())
    assert "optional" not in drawn("{% field form.code %}{% field form.open %}", form=Desk())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "X", "hours": "d"}, None),
        ({"code": "LONG"}, "2 fields want correcting"),
        ({"code": "X", "hours": "d", "tier": "a"}, "No such &lt;i&gt;desk"),
    ],
)
def test_a_form_says_what_stops_it(given: dict[str, str], said: str | None) -> None:
    page = drawn("{% form_errors form %}", form=Desk(given))
    assert (said in page) if said else (not page.strip())


def test_a_dialog_posts_with_its_token_and_its_first_button_to_send_is_the_deed() -> None:
    source = '{% confirm "drop" "Drop?" "/drop/" text=x verb="Drop" %}<input name="why">{% endconfirm %}'
    page = drawn(source, x="<b>1</b>")
    assert '<input name="why">' in page
    assert 'method="post" action="/drop/"' in page
    assert 'value="token"' in page
    assert "&lt;b&gt;1" in page
    sends = [button for button in re.findall(r"<button[^>]*>", page) if 'type="button"' not in button]
    assert sends == ['<button class="btn btn-danger">']
    assert "autofocus" not in page
    assert "autofocus" in drawn('{% confirm "drop" "Drop?" "/drop/" %}{% endconfirm %}')
    assert "data-open-now" in drawn('{% confirm "d" "t" "/d/" open=True %}{% endconfirm %}')


def test_a_finder_keeps_the_other_conditions_but_not_the_page() -> None:
    page = drawn('{% finder "Name" %}')
    assert 'name="role" value="agent"' in page
    assert 'name="page"' not in page
    assert 'value="li"' in page


def test_one_tab_is_the_current_one() -> None:
    page = drawn('{% tab "/desks/" "Desks" 3 %}{% tab "/desks/roles/" "Roles" %}')
    assert page.count("aria-current") == 1
    assert page.index("aria-current") < page.index("Roles")


@pytest.mark.parametrize(("done", "total", "width"), [(0, 0, "0.0"), (3, 12, "25.0"), (12, 12, "100.0")])
def test_progress_is_said_in_words_and_figures(done: int, total: int, width: str) -> None:
    page = drawn("{% progress done total 'Rows' %}", done=done, total=total)
    assert f'width="{width}"' in page
    assert f'aria-valuenow="{done}"' in page


def test_a_foot_has_its_deed_and_the_way_back() -> None:
    page = drawn('{% actions "Save" "/desks/" %}{% confirm_button "drop" "Delete" %}{% endactions %}')
    assert 'href="/desks/"' in page
    assert 'data-open="drop"' in page
    assert page.index("Save") < page.index("Cancel") < page.index("Delete")


@pytest.mark.parametrize("undo", ["", "/desks/7/restore/"])
def test_a_toast_offers_undo_where_there_is_one(undo: str) -> None:
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    flash.done(request, "Desk <7> is closed.", undo=undo)
    with translation.override("en"):
        page = render_to_string(
            "shell/_toasts.html", {"messages": get_messages(request), "csrf_token": "token"}
        )
    assert "Desk &lt;7&gt; is closed." in page
    assert (f'action="{undo}"' in page) is bool(undo)
