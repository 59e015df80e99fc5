"""Examples of requests and answers: what the reference shows, and tests hold against the document.

They are of the demo's shop: one basket on a Monday, what it gave, and what the same basket would give once more.
"""

from __future__ import annotations

from typing import Any

Example = dict[str, Any]

EVENT: Example = {
    "member": "1001",
    "event": "till-3-20261123-0042",
    "at": "2026-11-23T14:30:00+01:00",
    "store": "old-town",
    "lines": [
        {"line": "1", "sku": "COFFEE-500", "quantity": 2, "net": "13.80", "brand": "Private"},
        {"line": "2", "sku": "BREAD", "net": "3.20"},
    ],
}
RESULTS: Example = {
    "dry_run": False,
    "source": "till-3",
    "counts": {"recorded": 1, "duplicate": 0, "quarantined": 0},
    "results": [
        {
            "event": "till-3-20261123-0042",
            "status": "recorded",
            "id": "019ca9b2-1f40-7c3e-9a57-2f1d8f3f6b10",
            "points": {"points": {"available": 0, "pending": 30, "held": 0}},
            "refusal": None,
            "more": [],
        }
    ],
}
BASKET: Example = {"member": "1001", "lines": EVENT["lines"]}
MEMBER: Example = {
    "number": "1001",
    "given_name": "Ada",
    "family_name": "Lindqvist",
    "preferred_name": "",
    "email": "ada@harbour.example",
    "phone": "",
    "language": "da",
    "birth_month": 5,
    "birth_day": 12,
    "birth_year": None,
    "joined_on": "2026-09-01",
    "tier": {
        "level": "deckhand",
        "title": "Deckhand",
        "counts": "spend",
        "progress": 81700,
        "next": {"level": "mate", "title": "Mate", "at": 120000, "missing": 38300},
        "kept_until": None,
        "grace_until": None,
        "to_keep": 0,
        "sentences": ["$383.00 more until Mate."],
    },
}
PERSONAL: Example = {
    "given_name": "Ada",
    "family_name": "Lindqvist",
    "email": "ada@harbour.example",
    "phone": "",
    "language": "da",
    "birth_month": 5,
    "birth_day": 12,
}
DESCRIBED: Example = {
    "dry_run": False,
    "number": "1001",
    "enrolled": False,
    "changed": ["email", "phone"],
}
BALANCE: Example = {
    "number": "1001",
    "balances": [
        {
            "currency": "points",
            "title": "points",
            "available": 302,
            "pending": 30,
            "held": 0,
            "debt": 0,
            "worth": {"amount": 302, "currency": "USD"},
            "coming": [{"on": "2026-12-08", "points": 30}],
            "expiring": [],
        }
    ],
}
STATEMENT: Example = {
    "number": "1001",
    "language": "en",
    "lines": [
        {
            "seq": 32,
            "at": "2026-11-23T13:30:00Z",
            "event": "019ca9b2-1f40-7c3e-9a57-2f1d8f3f6b10",
            "event_type": "purchase",
            "store": "old-town",
            "by": None,
            "told_under": None,
            "kind": "accrual",
            "currency": "points",
            "amount": 13,
            "pot": "pending",
            "within": False,
            "available_on": "2026-12-08",
            "expires_on": None,
            "version": 1,
            "available_after": 302,
            "pending_after": 30,
            "held_after": 0,
            "debt_after": 0,
            "rule": "own-brand",
            "title": "Double on our own brand",
            "why": "2 times what “a point for every dollar” gives, on $13.80, where the brand is Private. This is what "
            "comes on top. Available from December 8, 2026.",
            "rule_sentence": "2 times what is earned with “a point for every dollar”, where the brand is Private.",
            "working": [
                {"what": "Counted", "figure": "$13.80"},
                {"what": "Exactly", "figure": "13.8"},
                {"what": "In whole points, with fractions kept for the next time", "figure": "13"},
                {"what": "Points", "figure": "13"},
            ],
        }
    ],
    "next": "32",
}
QUOTE: Example = {
    "version": 1,
    "earned": [
        {"currency": "points", "title": "points", "points": 31, "available_on": "2026-12-08", "expires_on": None}
    ],
    "given": [
        {
            "rule": "base",
            "title": "A point for every dollar",
            "currency": "points",
            "points": 17,
            "why": "1 for every $1.00, on $17.00. Available from December 8, 2026.",
            "working": [
                {"what": "Counted", "figure": "$17.00"},
                {"what": "Exactly", "figure": "17"},
                {"what": "Points", "figure": "17"},
            ],
        },
        {
            "rule": "own-brand",
            "title": "Double on our own brand",
            "currency": "points",
            "points": 14,
            "why": "2 times what “a point for every dollar” gives, on $13.80, where the brand is Private. This is what "
            "comes on top. Available from December 8, 2026.",
            "working": [
                {"what": "Counted", "figure": "$13.80"},
                {"what": "Exactly", "figure": "13.8"},
                {"what": "In whole points, with fractions kept for the next time", "figure": "14"},
                {"what": "Points", "figure": "14"},
            ],
        },
    ],
    "not_given": [
        {
            "rule": "quiet-days",
            "title": "Half as much again on Tuesdays and Wednesdays",
            "code": "condition",
            "why": "Only if the day is Tuesday or Wednesday.",
            "missing": ["the day is Tuesday or Wednesday"],
            "to_go": 0,
        },
        {
            "rule": "captains-tenth",
            "title": "A tenth more for captains",
            "code": "condition",
            "why": "Only if the tier is Captain.",
            "missing": ["the tier is Captain"],
            "to_go": 0,
        },
        {
            "rule": "tenth-visit",
            "title": "Every tenth visit",
            "code": "count",
            "why": "8 more times to go.",
            "missing": [],
            "to_go": 8,
        },
    ],
    "held_back": [],
    "tier": {
        "level": "deckhand",
        "title": "Deckhand",
        "rises": False,
        "next": "mate",
        "missing": 36600,
        "sentence": "$366.00 more until Mate.",
    },
    "refusal": None,
}


def _done(event: str, points: dict[str, int], received: str | None = None) -> Example:
    """What an act of the shop's app answers."""
    return {
        "dry_run": False, "source": "app", "event": event, "member": "1001",
        "id": "019ca9b2-1f40-7c3e-9a57-2f1d8f3f6b11", "received": received, "pays": None, "tier": None,
        "points": {"points": {"available": 0, "pending": 0, "held": 0, **points}} if points else {},
    }  # fmt: skip


REDEMPTION: Example = {
    "event": "order-77", "reward": "five-off", "payable": "42.00", "original": "order-77",
    "facts": {"segments": ["vip"]},
}  # fmt: skip
REDEEMED = {**_done("order-77", {"available": -500}), "pays": {"amount": 500, "currency": "USD"}}
REVERSAL: Example = {"event": "order-77-cancelled"}
REVERSED = _done("order-77-cancelled", {"available": 500})
RETURN: Example = {"event": "order-77-back", "original": "order-77", "lines": [{"line": "1", "net": "6.90"}]}
RETURNED = _done("order-77-back", {"available": 81, "pending": -14})
HOLD: Example = {"event": "reward-12", "reward": "coffee"}
HELD = _done("reward-12", {"available": -300, "held": 300})
CAPTURE: Example = {"event": "reward-12-handed-over"}
CAPTURED = _done("reward-12-handed-over", {"held": -300})
RELEASE: Example = {"event": "reward-12-not-wanted"}
RELEASED = _done("reward-12-not-wanted", {"available": 300, "held": -300})
ADJUSTMENT: Example = {"event": "case-5", "points": 50, "reason": "late-delivery"}
ADJUSTED = _done("case-5", {"available": 50})
TRANSFER: Example = {"event": "gift-3", "to": "1002", "points": 100}
TRANSFERRED = _done("gift-3", {"available": -100}, "019ca9b2-1f40-7c3e-9a57-2f1d8f3f6b12")
MERGE: Example = {"event": "same-person-7", "into": "1002"}
MERGED = _done("same-person-7", {"available": 450})
UNMERGE: Example = {"event": "two-persons-7"}
UNMERGED = _done("two-persons-7", {"available": 450})
OPENING: Example = {"event": "family-9", "member": "1001"}
OPENED = {**_done("family-9", {"available": 450}), "household": "H-3001"}
JOINING: Example = {"event": "family-10", "member": "1002"}
JOINED = {**_done("family-10", {"available": 120}), "member": "1002", "household": "H-3001"}
LEFT = {**_done("family-11", {"available": 120}), "member": "1002", "household": "H-3001"}
HOUSEHOLD: Example = {
    "number": "H-3001",
    "members": [
        {"number": "1001", "joined_at": "2026-11-02T09:30:00Z", "share": {"points": 450}},
        {"number": "1002", "joined_at": "2026-11-03T17:05:00Z", "share": {"points": 120}},
    ],
}
FORFEIT: Example = {"event": "case-4711", "reason": "twice", "evidence": "case 4711", "points": 60}
ANNOUNCED: Example = {
    "id": "019ca9b2-1f40-7c3e-9a57-2f1d8f3f6b12",
    "state": "announced",
    "currency": "points",
    "points": 60,
    "reason": "twice",
    "evidence": "case 4711",
    "announced_at": "2026-11-23T14:30:00Z",
    "told_on": None,
    "appeal_until": None,
    "takes_from": None,
    "objection": None,
    "taken": 0,
}
OBJECTION: Example = {"reason": "mistake"}
OBJECTED: Example = {**ANNOUNCED, "state": "objected", "objection": "mistake"}
FORFEITURES: Example = {"number": "1001", "forfeitures": [ANNOUNCED]}
TIER: Example = {"event": "case-6", "tier": "mate", "until": "2027-12-31", "reason": "friend-of-the-house"}
TIER_SET = _done("case-6", {})
HOLDS: Example = {
    "number": "1001",
    "holds": [
        {
            "id": "019ca9b2-1f40-7c3e-9a57-2f1d8f3f6b11",
            "source": "app",
            "event": "reward-12",
            "currency": "points",
            "points": 300,
            "reward": "coffee",
            "held_on": "2026-11-23",
            "until": "2026-12-07",
        }
    ],
}
LOTS: Example = {
    "number": "1001",
    "lots": [
        {
            "seq": 4,
            "currency": "points",
            "amount": 120,
            "left": 102,
            "pending": False,
            "earned_on": "2026-09-01",
            "available_on": "2026-09-16",
            "expires_on": None,
            "version": 1,
            "ends": "Expires after 36 months without earning or spending.",
        }
    ],
}
REWARDS: Example = {
    "number": "1001",
    "rewards": [
        {
            "id": "coffee",
            "title": "A coffee and a roll",
            "kind": "product",
            "currency": "points",
            "least": 300,
            "most": 300,
            "worth": {"amount": 450, "currency": "USD"},
            "fulfil_hours": 72,
            "can": False,
            "code": "insufficient_points",
            "missing_points": 30,
            "why_not": ["Still missing: 30 points."],
            "terms": ["Points: 300.", "It is worth $4.50."],
        }
    ],
}
BUDGETS: Example = {
    "budgets": [
        {
            "id": "campaign",
            "title": "doubled in spring",
            "currency": "points",
            "rules": ["launch"],
            "per": "month",
            "first_day": "2026-03-01",
            "last_day": "2026-03-31",
            "at_edge": "clip",
            "most": 50000,
            "given": 12880,
            "left": 37120,
        }
    ]
}
