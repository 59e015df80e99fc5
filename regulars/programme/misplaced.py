"""Keys that have no meaning for a kind of rule, and why."""

from __future__ import annotations

from regulars.kit.speaking import Said, worded

RATE, GIFT, MULTIPLIER = "rate", "gift", "multiplier"

_PLAIN = (
    worded("names what a multiplier multiplies, and this rule gives `points`."),
    worded("Remove it, or write `times`."),
)
_MULTIPLIED = worded("has no meaning where points are multiplied.")
#: By kind and key: what goes on with the sentence that begins with the key, and what to do.
MISPLACED: dict[str, dict[str, tuple[Said, Said]]] = {
    RATE: {
        "of": _PLAIN,
        "every": (
            worded("counts whole events, and this rule gives points per amount or item."),
            worded("Remove it, or `per`."),
        ),
        "streak": (
            worded("is about whole events, and this rule gives points per amount or item."),
            worded("Remove it, or `per`."),
        ),
        "on_return": (
            worded("is about gifts: points per amount or item go back with their lines."),
            worded("Remove it, or `per`."),
        ),
    },
    GIFT: {"of": _PLAIN},
    MULTIPLIER: {
        "per": (_MULTIPLIED, worded("Remove it.")),
        "every": (_MULTIPLIED, worded("Remove it; `every` belongs to the rules in `of`.")),
        "streak": (_MULTIPLIED, worded("Remove it; it belongs to the rules in `of`.")),
        "on_return": (_MULTIPLIED, worded("Remove it; they go with the rule in `of`.")),
        "on": (_MULTIPLIED, worded("Remove it; `on` belongs to the rules in `of`.")),
    },
}
