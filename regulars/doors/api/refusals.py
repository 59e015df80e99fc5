"""Refusals: why an event of a request was set aside, code by code. docs/api.md tells the same; a test compares.

The codes are given where the reason is found: in the contract (`ground.activity`), in the kernel, in the act that
records, and in `unfolding` for what only JSON can get wrong. Pages say these sentences in their reader's language.
"""

from __future__ import annotations

from regulars.kit.speaking import worded

REFUSALS = {
    "bad_json": worded("The event is not a JSON object, a line is none, or a field holds an object or an array."),
    "duplicate_key": worded("A key stands twice in one object of the event."),
    "event_too_large": worded("The JSON of the event is longer than 1 MB."),
    "missing_scope": worded(
        "The event spends points, as a `redemption` does, and its key has not the scope `points:spend`."
    ),
    "unknown_field": worded("The event or a line has a field that there is not; the nearest names are told."),
    "unknown_attribute": worded("An attribute is given that the programme does not declare there."),
    "other_source": worded("The event names another source than its request."),
    "missing_value": worded("A field that this type of event needs is not there."),
    "bad_text": worded("A text or an id is too long, or no text at all."),
    "bad_amount": worded("An amount is not a decimal number, or finer than the currency's smallest coin."),
    "negative_amount": worded("An amount is below zero; goods that come back are an event of type `return`."),
    "bad_quantity": worded("A quantity is not a whole number from 0."),
    "bad_points": worded("Points are not a whole number above zero, or the type of event spends none."),
    "bad_date": worded("The time cannot be read, or lies before 1972."),
    "bad_zone": worded("The distance from UTC at the end of the time cannot be read."),
    "future_date": worded("The time lies more than five minutes ahead."),
    "bad_attribute": worded("An attribute is not of the type that the programme declares."),
    "unknown_type": worded("There is no such type of event; the nearest names are told."),
    "currency_mismatch": worded("The event is in another currency than the programme counts in."),
    "inconsistent_event": worded("The event says two things about itself."),
    "too_many_lines": worded("The event has more than 1,000 lines."),
    "duplicate_line": worded("Two lines of the event have the same id."),
    "return_without_original": worded("A return does not name the purchase that it takes back."),
    "unknown_original": worded("The purchase that a return names is not known, or is another member's."),
    "unknown_line": worded("A return names a line that the purchase does not have."),
    "return_exceeds_purchase": worded("A return brings back more of a line than is left of it."),
    "nothing_to_return": worded(
        "A return brings nothing back: nothing is left of the purchase, or no amount is told for a line."
    ),
    "unknown_currency": worded("The programme has no such currency to spend."),
    "insufficient_points": worded("The member has fewer points than the redemption asks."),
    "unknown_member": worded("No member has this number, and `members=create` was not asked."),
    "bad_number": worded("The number of a new member has characters that cannot be seen."),
    "household_closed": worded("Everybody has left the household that has this number."),
    "other_member": worded("The event was told before, for another member."),
    "cannot_be_kept": worded("The database cannot keep a figure of this event: it is beyond all bounds."),
    "other_content": worded("The event was told before, with another content."),
}
