"""Showing: one figure of the report as HTML. Texts are escaped here; what is called `html` is not."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from itertools import chain
from re import findall

from regulars.doors.api.refusals import REFUSALS
from regulars.doors.look.drawing import HEIGHT, Point, draw
from regulars.doors.look.tokens import STYLESHEET
from regulars.kit.speaking import Tongue, said_in

_FACES = (
    ("Source Sans 3", "source-sans-3-latin.woff2"),
    ("Source Serif 4", "source-serif-4-latin.woff2"),
)


def style(page: str) -> str:
    """The page's own style with the look's tokens and the faces it is set in, all inside."""
    sheet = STYLESHEET.read_text(encoding="utf-8")
    # Later declarations of a name are for special circumstances, which the look's own stylesheet knows.
    tokens: dict[str, str] = {}
    for name, value in findall(r"(--[a-z0-9-]+):\s*([^;]+);", sheet):
        tokens.setdefault(name, value)
    faces = []
    for family, file in _FACES:
        data = b64encode((STYLESHEET.parent / "fonts" / file).read_bytes()).decode("ascii")
        faces.append(
            f'@font-face {{ font-family: "{family}"; font-weight: 200 900;'
            f' src: url("data:font/woff2;base64,{data}") format("woff2"); }}'
        )
    declared = "".join(f"{name}:{value};" for name, value in tokens.items())
    return "\n".join((*faces, f":root{{color-scheme:light dark;{declared}}}", page))


def bar(share: int, kind: str = "given") -> str:
    """A bar `share` thousandths long (0 to 1,000) on its track. It stands beside its figure, so readers of words
    are not told of it."""
    return (
        '<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="1000" height="10"/><rect class="{kind}" width="{share}" height="10"/></svg>'
    )


def thousandths(part: int, whole: int) -> int:
    """The length of a bar: `part` of `whole`, at least a hair when it is anything at all."""
    if part <= 0 or whole <= 0:
        return 0
    return max(3, min(1000, part * 1000 // whole))


def begun(name: str) -> str:
    """A name at the beginning of a line."""
    return name[:1].upper() + name[1:]


def named(title: str, more: str = "") -> str:
    """A name with what explains it below."""
    return escape(title) + (f"<small>{escape(more)}</small>" if more else "")


def refused(code: str, to: Tongue) -> str:
    """Why something was not taken: the sentence of a refusal, where one is known, and its code."""
    mark, sentence = f"<code>{escape(code)}</code>", said_in(to.language, REFUSALS.get(code, ""))
    return f"{escape(sentence)}<small>{mark}</small>" if sentence else mark


def table(caption: str, heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """A table: `heads` are (title, class) per column, `rows` hold html; the first cell of each names the row. A column
    without a title has no head: it holds names of rows, or drawings of the figures beside them."""
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(title)}</th>' if title else f'<td class="{kind}"></td>'
        for title, kind in heads
    )
    body = []
    for row in rows:
        cells = [f'<th scope="row">{row[0]}</th>']
        # On a narrow screen the heads are gone, and each cell says its own.
        cells += [
            f'<td class="{kind}" data-head="{escape(title)}">{html}</td>'
            for (title, kind), html in zip(heads[1:], row[1:], strict=True)
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def folded(label: str, html: str) -> str:
    """The twin of a chart, folded away until somebody asks."""
    return f"<details><summary>{escape(label)}</summary>{html}</details>"


def figures(told: Iterable[tuple[str, str, str]]) -> str:
    """The few figures that matter most: (what, how much, in other words)."""
    return (
        '<dl class="figures">'
        + "".join(
            f"<div><dt>{escape(what)}</dt><dd>{escape(much)}<small>{escape(words)}</small></dd></div>"
            for what, much, words in told
        )
        + "</dl>"
    )


def panel(title: str, total: str, points: Sequence[Point], to: Tongue) -> str:
    """One series over the months, drawn on a scale of its own."""
    drawn = draw(points)
    lines = "".join(f'<line x2="{drawn.width}" y1="{y}" y2="{y}"/>' for y in drawn.grid)
    bars = "".join(
        f'<rect class="given" x="{slot.x}" y="{slot.y}" width="{slot.width}" height="{slot.height}">'
        f"<title>{escape(slot.point.label)}: {escape(slot.point.text)}</title></rect>"
        for slot in drawn.slots
    )
    zero = f'<line class="zero" x2="{drawn.width}" y1="{drawn.zero}" y2="{drawn.zero}"/>'
    scale = "".join(f"<span>{to.number(tick)}</span>" for tick in drawn.ticks)
    months = "".join(f"<span>{escape(label)}</span>" for label in drawn.labels)
    return (
        f'<figure><figcaption><h3>{escape(title)}</h3><span class="num">{escape(total)}</span></figcaption>'
        f'<div class="plot" aria-hidden="true"><div class="scale">{scale}</div>'
        f'<svg viewBox="0 0 {drawn.width} {HEIGHT}" preserveAspectRatio="none">{lines}{bars}{zero}</svg>'
        f'<div class="months">{months}</div></div></figure>'
    )


def section(title: str, lede: str, *html: str) -> str:
    """A sheet of the report under its heading."""
    return f'<section><h2>{escape(title)}</h2><p class="soft">{escape(lede)}</p>{"".join(chain(html))}</section>'
