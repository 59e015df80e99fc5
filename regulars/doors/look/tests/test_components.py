"""The components say what they are given, escape it, and need nothing inline."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from regulars.doors.look.drawing import Point
from regulars.doors.look.templatetags.look import attributes, breakable, figure, tally_strokes, tally_width
from regulars.doors.look.tests.conftest import Render

LOOK = Path(__file__).parent.parent
TEMPLATES = sorted((LOOK / "templates").rglob("*.html"))
ICONS = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (LOOK / "static/look/icons.svg").read_text("utf-8")))
HOSTILE = '"><script>alert(1)</script>'
POINTS = [Point("5 May", 31_420, "31,420"), Point("12 May", 9_000, "9,000", partial=True)]


class Letter(forms.Form):
    email = forms.EmailField(label="E-mail address", help_text="We answer there.")
    stay = forms.BooleanField(label="Stay signed in", required=False)
    nickname = forms.CharField(required=False)
    way = forms.ChoiceField(choices=[("a", "Letter"), ("b", "Call")], widget=forms.RadioSelect)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(LOOK)))
def test_no_template_holds_a_style_a_script_or_a_handler(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(LOOK)))
def test_every_icon_that_a_template_names_is_in_the_sprite(path: Path) -> None:
    for name in re.findall(r'<c-icon name="([^"{]+)"', path.read_text(encoding="utf-8")):
        assert name in ICONS


@pytest.mark.parametrize("path", sorted((LOOK / "templates/cotton").rglob("*.html")), ids=lambda path: path.stem)
def test_every_component_declares_what_it_reads_so_that_nothing_leaks_in(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    declared = re.search(r"<c-vars\s([^>]*)/>", source)
    known = set(re.findall(r':?([a-z]+)="', declared.group(1))) if declared else set()
    known |= set(re.findall(r"\b(?:as|for|with) (\w+)", source)) | {"slot", "attrs"}
    read = set(re.findall(r"(?:{{|{% if(?: not)?) (\w+)", source))
    assert read <= known, f"{read - known} would be read from whatever page surrounds it"


def test_a_hostile_value_stays_text_wherever_it_is_put(render: Render) -> None:
    markup = """
      <c-stat label="{{ bad }}" :value="bad" unit="{{ bad }}" hint="{{ bad }}" />
      <c-button :title="bad" :data-name="bad" href="{{ bad }}">{{ bad }}</c-button>
      <c-card title="{{ bad }}" :id="bad" :hint="bad">{{ bad }}</c-card>
      <c-statement.row :title="bad" :why="bad" :amount="bad" :date="bad" :datetime="bad" :balance="bad" :pending="bad" />
      <c-timeline.item icon="gift" :title="bad" :time="bad" :datetime="bad">{{ bad }}</c-timeline.item>
      <c-progress :label="bad" :figure="bad" :hint="bad" />
      <c-search :value="bad" :label="bad" :action="bad" />
      <c-chart id="weekly" :points="points" :title="bad" :summary="bad" :over="bad" :counted="bad" />
    """
    html = render(markup, bad=HOSTILE, points=[Point(HOSTILE, 1, HOSTILE)])
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 25


def test_attributes_escape_a_value_that_begins_and_ends_with_a_quote() -> None:
    assert attributes({"title": '"a" onclick="b"'}) == ' title="&quot;a&quot; onclick=&quot;b&quot;"'


def test_attributes_write_true_as_a_name_and_leave_false_and_none_out() -> None:
    assert attributes({"disabled": True, "hidden": False, "id": None, "value": 0}) == ' disabled value="0"'


def test_a_button_with_an_address_is_a_link_and_without_one_a_button(render: Render) -> None:
    assert re.search(
        r'<a class="button button-primary" href="/members"',
        render('<c-button kind="primary" href="/members">Go</c-button>'),
    )
    assert re.search(r'<button class="button" type="submit" disabled>', render("<c-button disabled>Go</c-button>"))


def test_an_icon_is_silent_unless_it_has_a_label(render: Render) -> None:
    assert 'aria-hidden="true"' in render('<c-icon name="sun" />')
    assert 'role="img" aria-label="Light"' in render('<c-icon name="sun" label="Light" />')
    assert "icons.svg#sun" in render('<c-icon name="sun" />')


def test_a_card_does_not_take_its_title_from_the_page_around_it(render: Render) -> None:
    assert "Ada" not in render("<c-card>words</c-card>", title="Ada", hint="Ada", actions="Ada", foot="Ada")


def test_a_notice_that_is_live_is_announced_and_an_error_at_once(render: Render) -> None:
    assert 'role="alert"' in render('<c-notice tone="error" live>No</c-notice>')
    assert 'role="status"' in render('<c-notice tone="attention" live>Soon</c-notice>')
    assert "role=" not in render("<c-notice>Saved</c-notice>")


def test_a_table_has_a_caption_and_a_frame_that_the_keyboard_can_scroll(render: Render) -> None:
    html = render('<c-table caption="Lots"><tbody></tbody></c-table>')
    assert 'role="region" tabindex="0" aria-label="Lots"' in html
    assert '<caption class="visually-hidden">Lots</caption>' in html


def test_a_field_ties_label_help_and_error_to_its_input(render: Render) -> None:
    form = Letter({"email": "ada", "way": "a"})
    html = render('<c-field :field="form.email" />', form=form)
    assert 'for="id_email"' in html
    assert 'id="id_email_helptext"' in html
    assert 'id="id_email_error"' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_that_may_stay_empty_says_so(render: Render) -> None:
    assert "(optional)" in render('<c-field :field="form.nickname" />', form=Letter())
    assert "(optional)" not in render('<c-field :field="form.email" />', form=Letter())


def test_a_checkbox_stands_before_its_label_and_radios_in_a_fieldset(render: Render) -> None:
    box = render('<c-field :field="form.stay" />', form=Letter())
    assert box.index("<input") < box.index("<label")
    assert "<fieldset" in render('<c-field :field="form.way" />', form=Letter())


def test_a_chart_is_titled_described_and_told_again_as_a_table(render: Render) -> None:
    html = render(
        '<c-chart id="weekly" :points="points" title="Points per week" summary="Rising." over="Week" counted="Points" />',
        points=POINTS,
    )
    assert '<title id="weekly-title">Points per week</title>' in html
    assert '<desc id="weekly-desc">Rising.</desc>' in html
    assert html.count('class="chart-bar"') == 2
    assert re.search(r'<td>12 May \(so far\)</td><td class="num">9,000</td>', html)


@pytest.mark.parametrize(
    ("language", "written"), [("en", "31,420"), ("de", "31.420"), ("da", "31.420"), ("es", "31.420")]
)
def test_the_scale_is_written_as_the_reader_writes_numbers(render: Render, language: str, written: str) -> None:
    assert render("{% load look %}{{ value|figure }}", value=31_420, language=language) == written


@override_settings(USE_THOUSAND_SEPARATOR=True)
def test_numbers_inside_a_drawing_are_never_grouped(render: Render) -> None:
    html = render(
        '<c-chart id="w" :points="points" /><c-progress :value="1200" :max="2000" label="x" />', points=POINTS
    )
    assert 'viewBox="0 0 40 1000"' in html
    assert 'value="1200" max="2000"' in html


def test_a_tally_crosses_four_strokes_with_every_fifth() -> None:
    strokes = tally_strokes(7, 10)
    assert [stroke["done"] for stroke in strokes] == [True] * 7 + [False] * 3
    assert [place for place, stroke in enumerate(strokes) if stroke["fifth"]] == [4, 9]
    assert (tally_width(10), tally_width(5)) == ("54", "24")


def test_a_statement_row_shows_its_why_and_folds_the_working_away(render: Render) -> None:
    html = render(
        '<c-statement.row title="Purchase" amount="+86" why="1 point a euro." pending="until 14 June">'
        '<c-slot name="working"><c-statement.step term="Base">42</c-statement.step></c-slot></c-statement.row>'
    )
    assert '<p class="statement-why">1 point a euro.</p>' in html
    assert "is-pending" in html
    assert html.index("<details") < html.index("<dt>Base</dt><dd>42</dd>")


def test_a_row_without_working_has_nothing_to_unfold(render: Render) -> None:
    assert "<details" not in render('<c-statement.row title="Visit" amount="+1" />')


def test_the_language_switch_names_each_language_in_itself_and_marks_the_current(render: Render) -> None:
    html = render('<c-language-switch action="/i18n/setlang/" next="/portal/" />', language="de")
    for name in ("English", "Deutsch", "Español", "Dansk"):
        assert f">{name}</button>" in html
    assert re.search(r'value="de" lang="de"[^>]*aria-current="true"', html)
    assert 'name="csrfmiddlewaretoken"' in html


def test_pages_are_only_offered_where_there_are_some(render: Render) -> None:
    assert render("<c-pagination />").strip() == ""
    assert 'rel="next"' in render('<c-pagination older="?before=x" />')
    assert 'rel="prev"' not in render('<c-pagination older="?before=x" />')


@pytest.mark.parametrize("shell", ["look/console.html", "look/portal.html", "look/entrance.html"])
def test_every_shell_has_a_language_a_skip_link_and_one_main_that_it_leads_to(shell: str) -> None:
    html = render_to_string(shell, request=RequestFactory().get("/"))
    assert '<html lang="en">' in html
    assert html.index('href="#content"') < html.index("<header")
    assert html.count("<main") == html.count('id="content"') == 1


def test_the_theme_is_applied_before_the_first_stylesheet() -> None:
    html = render_to_string("look/base.html", request=RequestFactory().get("/"))
    assert html.index("theme.js") < html.index("stylesheet")
    assert html.index("stylesheet") < html.index("elements.js")


def test_an_address_breaks_where_people_would_and_stays_text() -> None:
    assert breakable("dagny@harbour.example") == "dagny@<wbr>harbour<wbr>.example"
    assert breakable("Dr. <Ada>") == "Dr. &lt;Ada&gt;"


def test_figures_of_an_unknown_language_fall_back_to_english() -> None:
    assert figure(1_234) == "1,234"


def test_the_documentation_names_every_component_and_no_other() -> None:
    guide = (LOOK.parents[2] / "docs/look.md").read_text(encoding="utf-8")
    folder = LOOK / "templates/cotton"
    there = {
        str(path.relative_to(folder).with_suffix("")).replace("/index", "").replace("/", ".").replace("_", "-")
        for path in folder.rglob("*.html")
    }
    assert set(re.findall(r"\| `<c-([a-z.-]+)>` \|", guide)) == there
