"""Programme files for the tests: the demo shop's, and a small one whose parts can be replaced."""

from __future__ import annotations

from pathlib import Path

from regulars.programme.loading import check
from regulars.programme.problems import Problem, split_lines

#: The demo shop's, but for its rewards: tests add sections of their own.
HARBOUR = (Path(__file__).parents[3] / "programmes" / "harbour.yaml").read_text("utf-8").partition("\nrewards:\n")[
    0
] + "\n"

SMALL = """\
regulars: 1
programme:
  id: adas-bakery
  name: Ada's Bakery
  zone: Europe/Copenhagen
  money: DKK
  languages: [en, da]
  attributes:
    - {name: crust, on: line, type: text, title: {en: the crust, da: skorpen}}
currencies:
  - id: points
    title: {en: points, da: point}
  - id: stamps
    title: {en: stamps, da: stempler}
    kind: qualifying
earn:
  rules:
    - id: base
      title: a point for ten kroner
      points: 1
      per: 10
    - id: welcome
      title: a gift for a visit
      points: 5
      on: visit
    - id: double
      title: double on rye
      times: 2
      of: [base]
      when: crust == "rye"
    - id: stamp
      title: a stamp for a loaf
      currency: stamps
      points: 1
      per: item
  groups:
    - {id: best, best_of: [base, welcome]}
  caps:
    - {id: daily, title: at most 100 a day, per: day, most: 100, at_edge: clip}
tiers:
  counts: stamps
  window: calendar_year
  levels:
    - {id: guest, title: Guest, at: 0}
    - {id: friend, title: Friend, at: 10}
"""


def edited(old: str, new: str, text: str = SMALL) -> str:
    """`text` with `old`, which must stand there exactly once, replaced."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
    return text.replace(old, new)


def underlined(problem: Problem, text: str) -> str:
    """What the carets of a problem stand under."""
    line = split_lines(text)[problem.line - 1]
    return line[problem.column - 1 : problem.column - 1 + problem.length]


def errors(text: str | bytes) -> list[Problem]:
    """The problems of a file but for its warnings."""
    return [problem for problem in check(text) if problem.severity == "error"]
