"""docs/checks: a page for every check, an index, and the rules that are kept elsewhere.

`make pages` writes them; a test says when they are out of date. `regulars check --explain CODE` shows one.
"""

from __future__ import annotations

from pathlib import Path

from regulars.programme.checks.catalogue import CHECKS, FAMILIES
from regulars.programme.checks.elsewhere import ELSEWHERE
from regulars.programme.checks.linting import lint
from regulars.programme.checks.registry import Check
from regulars.programme.checks.rulings import AS_OF, PROFILES
from regulars.programme.checks.samples import SAMPLES
from regulars.programme.checks.sampling import Sample
from regulars.programme.problems import render

FOLDER = Path(__file__).parents[3] / "docs" / "checks"
_MODES = {"S": "static", "D": "data", "R": "run time"}


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    return {
        "README.md": _index(),
        "elsewhere.md": _elsewhere(),
        **{f"{check.code}.md": page(check) for check in CHECKS},
    }


def page(check: Check) -> str:
    """What one check means, what it stands on, and what it says of a programme that it stops."""
    grounds = [
        f"| `{one.profile}` | {one.severity} | {'' if one.limit is None else one.limit} | {one.ground()} |"
        for one in check.rulings
    ]
    mended = "`--fix` mends it where another value does." if check.fixable else "There is no mechanical remedy."
    samples = [_sample(one, check) for one in SAMPLES if one.code == check.code]
    return "\n".join(
        [
            f"# {check.code}: {check.title}",
            "",
            check.why,
            "",
            f"**What is decided.** {check.decides} {mended}",
            "",
            "| profile | severity | limit | ground |",
            "|---|---|---|---|",
            *grounds,
            "",
            "## What it says",
            "",
            *"\n\n".join(samples).split("\n"),
            "",
            "To depart from it, write the reason on the line, or above it:",
            "",
            "```yaml",
            f"# regulars: allow {check.code} because <reason>",
            "```",
            "",
        ]
    )


def write(folder: Path = FOLDER) -> None:
    """Write every page into `folder`, and remove those of checks that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for name, text in written.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    for old in folder.glob("*.md"):
        if old.name not in written:
            old.unlink()


def _sample(sample: Sample, check: Check) -> str:
    """The findings of one bad programme, in all profiles."""
    text = sample.bad_programme()
    found = lint(text, "programme.yaml", PROFILES, (check,)).problems
    return f"```\n{render(found, text, 'programme.yaml')}\n```"


def _index() -> str:
    rows: list[str] = []
    for family, (title, _) in FAMILIES.items():
        rows += ["", f"## {title}", "", "| check | what must hold | profiles | `--fix` |", "|---|---|---|---|"]
        for check in (one for one in CHECKS if one.family == family):
            profiles = ", ".join(f"`{name}`" for name in dict.fromkeys(one.profile for one in check.rulings))
            rows.append(
                f"| [{check.code}]({check.code}.md) | {check.title} | {profiles} | {'yes' if check.fixable else ''} |"
            )
    return "\n".join(
        [
            _HEAD.format(as_of=AS_OF, profiles="\n".join(f"| `{name}` | {said} |" for name, said in PROFILES.items())),
            *rows[1:],
            "",
        ]
    )


def _elsewhere() -> str:
    rows = [
        f"| {one.code} | {one.title} | {', '.join(_MODES[mode] for mode in one.modes)} | {one.home} |"
        for one in ELSEWHERE
    ]
    return "\n".join([_ELSEWHERE_HEAD, "| rule | title | mode | home |", "|---|---|---|---|", *rows, ""])


_HEAD = """# Checks

`regulars check FILE...` reads programme files. After all that the loader itself refuses
([programme.md](../programme.md)), it asks these checks: each says what is unfair, to whom, by how much, what to do, and
on what ground.

- `--profile dignity,eu` says whose rules count; alone, `dignity` does. A finding is as grave as the gravest ruling that
  it breaks. Grounds are given as of {as_of}; a ground that was not read ships as a house rule and says so. This is not
  legal advice.
- `--explain CODE` shows the page of a check.
- `--fix` mends what can be mended by rule, in the file itself: it edits the value at its place, leaves comments, order
  and layout alone, and checks again.
- `--format json` lists the findings for tools, each with `file`, `code`, `severity`, `path`, `line`, `column`,
  `length`, `message`, `remedy` and `notes` (an example, the grounds); `--format github` annotates a pull request.
- Exit status: 0 without errors (warnings may remain; with `--strict` they fail as well), 1 with errors, 2 for a wrong
  call.

| profile | whose rules |
|---|---|
{profiles}

**To depart from a check**, say why, behind the line that it names or on a line of its own above it:

```yaml
# regulars: allow CAP-2 because our points are bread for the week, and the members voted for it
```

| code | what is wrong with an allowance |
|---|---|
| `allowance_unclear` | a comment `# regulars:` that asks for something else |
| `allowance_without_reason` | no reason, or a single word |
| `allowance_unknown` | a check of that code does not exist |
| `allowance_unused` | warning: the check has nothing to say on that line, in any profile |

Of one check at most 50 findings are shown, and at one place one at a time. Rules
that no file can decide have [homes elsewhere](elsewhere.md).
"""

_ELSEWHERE_HEAD = """# Kept elsewhere

Rules of fairness that a programme file alone cannot decide, and where each one is kept instead: by the engine at run
time, by an audit of the data, by a test of the pages or of the schema. A home that does not stand yet is where the rule
will be kept.
"""

if __name__ == "__main__":
    write()
