"""Refusals: why an event of a request was set aside, code by code. docs/api.md tells the same; a test compares.

The codes are given where the reason is found: in the contract (`ground.activity`), in the kernel, in the act that
records, and in `unfolding` for what only JSON can get wrong.
"""

from __future__ import annotations

REFUSALS = {
    "bad_json": "The event is not a JSON object, a line is none, or a field holds an object or an array.",
    "duplicate_key": "A key stands twice in one object of the event.",
    "event_too_large": "The JSON of the event is longer than 1 MB.",
    "unknown_field": "The event or a line has a field that there is not; the nearest names are told.",
    "unknown_attribute": "An attribute is given that the programme does not declare there.",
    "other_source": "The event names another source than its request.",
    "missing_value": "A field that this type of event needs is not there.",
    "bad_text": "A text or an id is too long, or no text at all.",
    "bad_amount": "An amount is not a decimal number, or finer than the currency's smallest coin.",
    "negative_amount": "An amount is below zero; goods that come back are an event of type `return`.",
    "bad_quantity": "A quantity is not a whole number from 0.",
    "bad_points": "Points are not a whole number above zero, or the type of event spends none.",
    "bad_date": "The time cannot be read, or lies before 1972.",
    "bad_zone": "The distance from UTC at the end of the time cannot be read.",
    "future_date": "The time lies more than five minutes ahead.",
    "bad_attribute": "An attribute is not of the type that the programme declares.",
    "unknown_type": "There is no such type of event; the nearest names are told.",
    "currency_mismatch": "The event is in another currency than the programme counts in.",
    "inconsistent_event": "The event says two things about itself.",
    "too_many_lines": "The event has more than 1,000 lines.",
    "duplicate_line": "Two lines of the event have the same id.",
    "return_without_original": "A return does not name the purchase that it takes back.",
    "unknown_original": "The purchase that a return names is not known, or is another member's.",
    "unknown_line": "A return names a line that the purchase does not have.",
    "return_exceeds_purchase": "A return brings back more of a line than is left of it.",
    "unknown_currency": "The programme has no such currency to spend.",
    "insufficient_points": "The member has fewer points than the redemption asks.",
    "unknown_member": "No member has this number, and `members=create` was not asked.",
    "other_member": "The event was told before, for another member.",
    "cannot_be_kept": "The database cannot keep a figure of this event: it is beyond all bounds.",
    "other_content": "The event was told before, with another content.",
}
