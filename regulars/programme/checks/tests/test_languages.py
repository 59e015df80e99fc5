"""What checks and loader find is said in the keeper's language: figures, titles and words of the file included."""

from __future__ import annotations

import re

import pytest

from regulars.programme.checks.catalogue import BY_CODE
from regulars.programme.checks.linting import lint
from regulars.programme.checks.rulings import PROFILES
from regulars.programme.checks.samples import SAMPLES
from regulars.programme.checks.sampling import Sample, good_programme
from regulars.programme.problems import Problem

LANGUAGES = ("de", "es", "da")


def only(text: str, code: str) -> Problem:
    return next(problem for problem in lint(text, profiles=PROFILES).problems if problem.code == code)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.code)
def test_a_finding_is_said_in_the_keepers_language_and_names_the_same_words_of_the_file(sample: Sample) -> None:
    for problem in lint(sample.bad_programme(), "", PROFILES, (BY_CODE[sample.code],)).problems:
        for language in LANGUAGES:
            told = problem.said_in(language)
            for english, said in ((problem.message, told.message), (problem.remedy, told.remedy)):
                assert said != english and said[0] == said[0].upper()
                assert sorted(re.findall("`[^`]+`", english)) == sorted(re.findall("`[^`]+`", said))
            assert (told.code, told.line, told.severity) == (problem.code, problem.line, problem.severity)


def test_figures_and_titles_are_those_of_the_language() -> None:
    text = good_programme().replace("months: 36", "months: 20")
    text = re.sub(r"title: points\b", "title: {en: points, de: Punkte, da: point}", text, count=1)
    problem = only(text, "CAP-2")
    assert problem.message == "Points end after 20 months; 36 is the least that is fair."
    assert problem.said_in("de").message == "Punkte verfallen nach 20 Monaten; fair sind mindestens 36."
    assert problem.said_in("de").remedy == "Schreiben Sie `months: 36` oder `expiry: never`."
    example, ground, *_ = problem.said_in("de").notes
    assert example.startswith("Zum Beispiel: Dagny ist 21 Monate im Ausland.")
    assert ground.startswith("dignity, Hausregel: die sichere Lesart deutscher, österreichischer und dänischer")
    assert problem.said_in("da").message == "Point udløber efter 20 måneder; 36 er det mindste rimelige."


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "remedy"),
    [
        ("months: 36", "month: 36", "unknown_key", "`expiry` kennt keinen Schlüssel `month`.", "Meinten Sie \"months\"?"),
        ("months: 36", "months: 3.6", "not_a_number", "`months`: Gebraucht wird eine ganze Zahl von 1 bis 1200, nicht `3.6`.",
         "Schreiben Sie nur Ziffern, wie 1500."),
        ("months: 36, ", "", "missing_key", "`expiry`: Es fehlt `months`.",
         "Ergänzen Sie `months:` Monate, bis Punkte verfallen (eine ganze Zahl von 1 bis 1200)."),
        ("after: inactivity", "after: never", "not_a_choice", "", ""),
        ("earn:", "earnings:", "unknown_section", "Es gibt keinen Abschnitt `earnings`.", ""),
        ("months: 36", "months: [36]", "wrong_type", "", "Gebraucht wird eine ganze Zahl von 1 bis 1200."),
    ],
)  # fmt: skip
def test_what_the_loader_refuses_is_said_in_german(old: str, new: str, code: str, message: str, remedy: str) -> None:
    text = good_programme()
    assert old in text
    problem = only(text.replace(old, new, 1), code)
    told = problem.said_in("de")
    assert (told.message, told.remedy) == (message or told.message, remedy or told.remedy)
    assert told.message != problem.message and told.remedy != problem.remedy


def test_what_a_condition_refuses_is_said_in_danish() -> None:
    text = good_programme().replace('member_since < "2020-01-01"', 'member_sinse < "2020-01-01"', 1)
    problem = only(text, "condition_unknown_name").said_in("da")
    assert problem.message == 'Der er intet navn "member_sinse".'
    assert problem.remedy == 'Mente du "member_since"? En tekst står i anførselstegn.'


def test_of_one_thing_no_finding_speaks_as_of_many() -> None:
    """Everything that is counted in the good programme is one: a day, a month, an hour, a payment, a part."""
    text = re.sub(r"\b((?!after_)\w*(?:months|days|hours|instalments|latest)): \d+", r"\1: 1", good_programme())
    text = text.replace("apology: [regret, explanation, responsibility, repair]", "apology: [regret]")
    text = text.replace("inactivity", "earning").replace("after_days: 3,", "after_days: 1,")
    problems = lint(text, profiles=PROFILES).problems
    said = [one for problem in problems for one in (problem.message, problem.remedy, *problem.notes)]
    assert sum(" one " in one for one in said) > 12, said
    for language in ("en", *LANGUAGES):
        for problem in problems:
            told = problem.said_in(language)
            for one in (told.message, told.remedy, *told.notes):
                wrong = r"\b1 (months|days|hours|minutes|payments|Monate|Tage|Stunden|mes|día|hora|måned|dag|time)"
                assert not re.search(wrong, one), one
