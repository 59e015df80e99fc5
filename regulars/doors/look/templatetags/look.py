"""The few tags that the components need beyond Django's own."""

import re
from collections.abc import Mapping, Sequence

from babel.numbers import format_decimal
from django import template
from django.utils.html import conditional_escape, escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from regulars.doors.look.drawing import Drawing, Point, draw

register = template.Library()


@register.filter
def attributes(attrs: Mapping[str, object]) -> SafeString:
    """Write what a component was given beyond its own variables as HTML attributes, every value escaped.

    Components use this instead of `{{ attrs }}`, which trusts a value that begins and ends with a quote.
    True writes the name alone; False and None write nothing.
    """
    excluded = getattr(attrs, "attrs_dict", None)
    given = excluded() if excluded else dict(attrs)
    return format_html_join(
        "",
        " {}{}",
        ((name, _assigned(value)) for name, value in given.items() if value is not False and value is not None),
    )


@register.filter
def code_marked(text: str) -> SafeString:
    """A plain text, escaped, with what stands between backticks set as code. Where no tag can stand (an attribute, a
    mail), the text itself is shown, backticks and all."""
    return SafeString(re.sub("`([^`]+)`", r"<code>\1</code>", escape(text)))


@register.filter
def breakable(text: str) -> SafeString:
    """A name or an e-mail address, escaped, which breaks where people would: after its @, before its dots."""
    return SafeString(re.sub(r"(?<=@)|(?=\.\w)", "<wbr>", conditional_escape(text)))


@register.simple_tag
def drawing(points: Sequence[Point]) -> Drawing:
    """The geometry of a series, for the chart component."""
    return draw(points)


@register.filter
def figure(value: int) -> str:
    """A whole number as the reader's language groups it: 31,420 or 31.420."""
    return format_decimal(value, locale=to_locale(get_language() or "en"))


@register.filter
def tally_strokes(done: int, total: int) -> list[dict[str, object]]:
    """The strokes of a tally of `total`, the first `done` of them made; each fifth crosses the four before it.

    Each stroke holds `path` (SVG path data, 24 units high, 26 for every group of five), `done` and `fifth`.
    """
    strokes: list[dict[str, object]] = []
    for index in range(total):
        group, place = divmod(index, 5)
        left = group * 30
        crossing = place == 4
        path = f"M{left + 1} 16.5L{left + 23} 7.5" if crossing else f"M{left + 5 + place * 14 // 3} 4V20"
        strokes.append({"path": path, "done": index < done, "fifth": crossing})
    return strokes


@register.filter
def tally_width(total: int) -> str:
    """How wide the tally of `total` strokes is, in the units of its paths."""
    return str(-(-total // 5) * 30 - 6)


def _assigned(value: object) -> SafeString:
    if value is True:
        return SafeString("")
    return SafeString(f'="{conditional_escape(str(value))}"')
