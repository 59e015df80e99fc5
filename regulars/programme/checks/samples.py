"""A bad programme for every check, and a good one close to it: what the pages show and the tests try.

Each is `good.yaml` with one edit. The bad one breaks its check and no other; the fine one comes as near as it may.
"""

from __future__ import annotations

from regulars.programme.checks.sampling import Sample

_ATTRIBUTE = "    - {name: crust, on: line, type: text, title: the crust}\n"
_EARLY = 'when: member_since < "2020-01-01"'
_FRIENDS = 'when: tier in ("friend", "family")'

_THANKS = "gives: {percent: 10}\n    stacking: {best_of: percentages}\n  - id: years"
_BOUNDS = """\
  caps:
    - {{id: rye-day, title: rye in a day, rules: [rye], per: day, most: 500, at_edge: clip}}
  budgets:
    - {{id: rye-all, title: rye for all, rules: [rye], per: day, most: {}, at_edge: clip}}

tiers:
"""
_BUDGET = """\
  budgets:
    - {{id: extra, title: more on top, rules: {}, per: year, most: 90000, at_edge: clip}}

tiers:
"""
#: A second currency, which no reward takes.
_MILES = "  - {id: miles, title: miles, value: 0.10}\n"

SAMPLES = (
    Sample("LP-4", _EARLY, 'when: member_since >= "2026-01-01"', 'when: member_since < "2026-01-01"'),
    Sample("LP-4", _FRIENDS, 'when: tier == "friend"', 'when: tier == "family"'),
    Sample(
        "LP-4",
        "worth: 16.00, costs: 9.00}",
        "worth: 16.00, costs: 9.00, when: 'tier == \"guest\"'}",
        'worth: 16.00, costs: 9.00, when: \'missing(tier) or tier in ("guest", "friend", "family")\'}',
    ),
    Sample("LP-4", "kind: usual}", "kind: usual, tiers: [guest, friend]}", "kind: usual, tiers: [friend, family]}"),
    Sample("CAP-1", "after: inactivity", "after: earning", "after: inactivity"),
    Sample("CAP-2", "months: 36", "months: 35", "months: 37"),
    Sample("CAP-3", "notice: {earliest: 60, latest: 30}", "notice: none", "notice: {earliest: 59, latest: 31}"),
    Sample("CAP-3", "earliest: 60", "earliest: 61", "earliest: 45"),
    Sample("CAP-3", "latest: 30", "latest: 29", "latest: 45"),
    Sample("CAP-5", "    value: 0.10\n", "", "    value: 0.001\n"),
    Sample("CAP-26", "fall: one", "fall: to_level", "fall: one"),
    Sample("CAP-26", "grace_days: 60", "grace_days: 59", "grace_days: 61"),
    Sample(
        "CAP-26",
        "grace_days: 60",
        "grace_days: 0\n  notice: {earliest: 90, latest: 59}",
        "grace_days: 0\n  notice: {earliest: 90, latest: 60}",
    ),
    Sample(
        "PRV-4",
        _ATTRIBUTE,
        f"{_ATTRIBUTE}    - {{name: phone, on: member, type: text, title: the phone number}}\n",
        f"{_ATTRIBUTE}    - {{name: phone_orders, on: member, type: boolean, title: the order by phone}}\n",
    ),
    Sample(
        "PRV-4",
        _ATTRIBUTE,
        f"{_ATTRIBUTE}    - {{name: customer_name, on: member, type: text, title: the name}}\n",
        f"{_ATTRIBUTE}    - {{name: store_name, on: order, type: text, title: the name of the store}}\n",
    ),
    Sample(
        "PRV-9",
        _ATTRIBUTE,
        f"{_ATTRIBUTE}    - {{name: pregnant, on: member, type: boolean, title: the pregnancy}}\n",
        f"{_ATTRIBUTE}    - {{name: health, on: line, type: boolean, title: the health food}}\n",
    ),
    Sample(
        "PRV-9",
        'when: crust == "rye"',
        "when: '\"diabetes-illness\" in segments'",
        "when: '\"rye-lovers\" in segments'",
    ),
    Sample(
        "CMP-8", 'when: crust == "rye"', "when: '\"complainers\" not in segments'", "when: '\"regulars\" in segments'"
    ),
    # Offers
    Sample(
        "LP-1",
        _THANKS,
        "gives: {percent: 9}\n    stacking: {best_of: percentages}\n  - id: years",
        "gives: {percent: 11}\n    stacking: {best_of: percentages}\n  - id: years",
    ),
    Sample(
        "LP-1",
        "eligible: {customers: tenured, channels: [shop, web]}",
        "eligible: {customers: tenured, channels: web}",
        "eligible: {customers: tenured}",
    ),
    Sample(
        "LP-1",
        "customers: new, channels: [shop, web],",
        "customers: new, segments: students,",
        "customers: new, channels: shop,",
    ),
    Sample(
        "LP-1",
        "    product: bread box\n",
        "    product: bread box\n    eligible: {customers: new}\n",
        "    product: bread box\n    eligible: {customers: all}\n",
    ),
    Sample("LP-1", "friend: {amount: 10.00}", "friend: {amount: 10.01}", "friend: {amount: 9.99}"),
    Sample(
        "LP-2",
        "gives: {percent: 10}\n    reduced_from",
        "gives: [{percent: 9}, {free_months: 1}]\n    reduced_from",
        "gives: [{percent: 9}, {free_months: 1, worth: 10.00}]\n    reduced_from",
        besides=((_THANKS, _THANKS.replace("{percent: 10}", "[{percent: 10}, {free_months: 1, worth: 10.00}]")),),
    ),
    Sample(
        "LP-2",
        "friend: {amount: 10.00}",
        "friend: {goods: A loaf of rye, worth: 0.01}",
        "friend: {goods: a loaf of rye, worth: 16.00, costs: 9.00}",
        besides=(("advocate: {amount: 10.00}", "advocate: {credit: 16.00}"),),
    ),
    Sample("LP-3", "moved_is_new: no", "moved_is_new: yes", "moved_is_new: false"),
    Sample("LP-1", "tenure_days: {least: 730}", "tenure_days: {least: 0, most: 30}", "tenure_days: {least: 31}"),
    Sample("LP-4", "tenure_days: {least: 730}", "tenure_days: {least: 730, most: 3650}", "tenure_days: {least: 1}"),
    Sample(
        "LP-5",
        "    product: bread box\n",
        "    product: bread box\n    eligible: {cancel_intent: yes}\n",
        "    product: bread box\n    eligible: {cancel_intent: no}\n",
    ),
    Sample("LP-8", ", notice_days: 14}", "}", ", notice_days: 21}"),
    Sample("LP-8", ", notice_days: 14}", ", notice_days: 22}", ", notice_days: 3}"),
    Sample("LP-8", "trial: {days: 30, notice_days: 7}", "trial: {days: 30, notice_days: none}", "trial: {days: 30}"),
    Sample("CAP-21", "reduced_from: lowest_30_days", "reduced_from: list_price", "product: bread"),
    # Rewards
    Sample("CAP-5", "points: 150, worth: 16.00", "points: 150, worth: 14.99", "points: 150, worth: 15.00"),
    Sample("CAP-7", "\nearn:\n", f"{_MILES}\nearn:\n", "\n\nearn:\n"),
    Sample("CAP-7", "points: 150, worth", "points: 151, worth", "points: 149, worth"),
    Sample("CAP-7", "costs: 9.00}", "costs: 9.00, valid_days: 3}", "costs: 9.00, valid_days: 4}"),
    # Clubs
    Sample(
        "LP-7",
        "renewal: {reminder_days: 30",
        "renewal: {tells: [this_price, best_price], reminder_days: 30",
        "renewal: {tells: [last_price, this_price, best_price], reminder_days: 30",
    ),
    Sample("CAP-18", "reminder_days: 30", "reminder_days: none", "reminder_days: 45"),
    Sample("CAP-18", "reminder_days: 30", "reminder_days: 14", "reminder_days: 15"),
    Sample("CAP-18", "yearly_reminder: yes", "yearly_reminder: no", "yearly_reminder: true"),
    Sample("CAP-18", "price_change_days: 30", "price_change_days: 6", "price_change_days: 7"),
    Sample("CAP-19", "consent_recorded: yes}", "consent_recorded: no}", "consent_recorded: true}"),
    Sample("CAP-20", "unused_months: 6", "unused_months: 7", "unused_months: 5"),
    Sample("CAP-20", "unused_months: 6", "unused_months: never", "unused_months: 1"),
    Sample("CAP-8", "exit: {", "exit: {fee: 5.00, ", "exit: {", by_hand=True),
    Sample("CAP-8", "refund: rest", "refund: nothing", "refund: all"),
    Sample("CAP-8", "exit: {notice_days: 0", "exit: {notice_days: 31", "exit: {notice_days: 30"),
    Sample("CAP-17", "cooling_off_days: 14", "cooling_off_days: 13", "cooling_off_days: 15"),
    # Referrals
    Sample("CON-9", "mechanisms: [link, code]", "mechanisms: [link, contacts]", "mechanisms: link"),
    Sample("CON-10", "shows_reward: yes", "shows_reward: no", "shows_reward: true"),
    Sample("CON-10", "same_terms: yes", "same_terms: no", "same_terms: true"),
    Sample("CON-11", "{most: 1, per: purchase,", "{most: 2, per: purchase,", "{most: 1, per: month,"),
    Sample("CON-11", "after: satisfied", "after: any", "after: satisfied"),
    Sample("CON-11", "references: {most: 1, per: year}", "references: {most: 3, per: year}", "references: {per: year}"),
    Sample("CON-12", "loses: this_reward", "loses: points", "loses: nothing"),
    Sample("CON-12", "loses: nothing}", "loses: status}", "loses: this_reward}"),
    Sample("CON-12", "vouching: {revocable: yes", "vouching: {revocable: no", "vouching: {revocable: true"),
    # Moments, partners, service
    Sample(
        "HOUSE-1",
        "gives: {note: a note in Ada's hand, costs: 1.00}",
        "gives: {credit: 10.00}",
        "gives: {card: a card, costs: 1.00}",
        besides=(
            ("kind: experience", "kind: product"),
            ("{service: breakfast on your birthday, worth: 60.00}", "{points: 600, currency: points}"),
            ("[{id: usual, title: your usual is kept for you, kind: usual}]", "[]"),
        ),
    ),
    Sample(
        "HOUSE-2",
        "requires: [no_open_case, no_late_delivery, no_broken_promise]",
        "requires: none",
        "requires: [no_open_case, no_late_delivery, no_broken_promise, no_arrears]",
    ),
    Sample(
        "HOUSE-3",
        "\ntiers:\n",
        _BOUNDS.format(400),
        _BOUNDS.format(500),
        besides=(("    caps: none\n", "    caps: at most 500 points a day\n"),),
    ),
    Sample(
        "HOUSE-4",
        "\ntiers:\n",
        _BUDGET.format("[base, rye]"),
        _BUDGET.format("[rye, friends]"),
        besides=(("    caps: none\n", "    caps: at most 90 000 points a year for all members together\n"),),
    ),
    Sample("CAP-24", "card_linking: opt_in", "card_linking: automatic", "card_linking: never"),
    Sample("PRV-8", "shares_shown: yes", "shares_shown: no", "shares_shown: true"),
    Sample(
        "PRV-8",
        "    notice_days: 30\n    card_linking",
        "    notice_days: none\n    card_linking",
        "    notice_days: 60\n    card_linking",
    ),
    Sample("EMP-2", "    - {measure: reopened_cases}\n", "", "    - {measure: reopened_cases, of: person}\n"),
    Sample("EMP-3", "  authority: 150.00\n", "", "  authority: 200.00\n", by_hand=True),
    Sample("EMP-3", "authority: 150.00", "authority: 149.99", "authority: 150.01"),
    Sample("EMP-4", "cancels_prevented, pays: no", "cancels_prevented, pays: yes", "promises_kept, pays: yes"),
    Sample("ACC-6", "cancels_prevented, pays: no", "points_forfeited", "promises_kept"),
    # Contact and trust
    Sample("CON-3", "opt_out_hours: 0", "opt_out_hours: 49", "opt_out_hours: 48"),
    Sample("CON-4", "hours: {start: 9, end: 20}", "hours: {start: 8, end: 20}", "hours: {start: 10, end: 19}"),
    Sample("CON-4", "hours: {start: 9, end: 20}", "hours: {start: 9, end: 22}", "hours: {start: 9, end: 17}"),
    Sample("CON-4", "sundays: no", "sundays: yes", "sundays: false"),
    Sample(
        "CON-5",
        "{most: 3, days: 7}, {most: 8, days: 30}]\n  calls",
        "{most: 8, days: 30}]\n  calls",
        "{most: 2, days: 7}, {most: 8, days: 30}]\n  calls",
    ),
    Sample("CON-5", "calls: {most: 1, days: 30}", "calls: {most: 1, days: 29}", "calls: {most: 1, days: 31}"),
    Sample("MEA-4", "surveys: {most: 1, days: 90}", "surveys: {most: 1, days: 89}", "surveys: {most: 0, days: 1}"),
    Sample("CON-13", "months: 12, sample", "months: 13, sample", "months: 6, sample"),
    Sample("CON-13", "sample: 0.05", "sample: 0.06", "sample: 0.01"),
    Sample("CON-14", "reasons_told: yes", "reasons_told: no", "reasons_told: true"),
    Sample("CON-14", "review_hours: 72", "review_hours: 73", "review_hours: 24"),
    # Messages
    Sample("CON-2", ", List-Unsubscribe-Post]", "]", ", List-Unsubscribe-Post, List-Id]"),
    Sample(
        "CON-8",
        "your order is late, {name}",
        "your order is late, {name}: ten % off the next",
        "your order is late, {name}: nothing is to pay",
    ),
    Sample(
        "CAP-3",
        "{points} points end on {expires_on}'",
        "some points end on {expires_on}'",
        "on {expires_on} {points} points end'",
        by_hand=True,
    ),
    Sample(
        "CAP-3",
        "{points} points end on {expires_on}'",
        "{points} points end on {expires_on}. Buy now'",
        "{points} points end on {expires_on}. Come and see us'",
        by_hand=True,
    ),
    Sample("LP-7", "{best_price} at best", "and nothing else", "at best {best_price}"),
    Sample(
        "CMP-5",
        "apology: [regret, explanation, responsibility, repair]",
        "apology: [regret, explanation, forgiveness, repair]",
        "apology: [regret, repentance, responsibility, repair]",
    ),
    Sample("CMP-5", "It was our fault.", "We regret any inconvenience.", "We are sorry."),
    # Arrears
    Sample(
        "ARR-1", "options: [pause, longer, token, plan]", "options: [pause, plan]", "options: [pause, longer, plan]"
    ),
    Sample("ARR-2", "least_instalments: 3", "least_instalments: 2", "least_instalments: 4"),
    Sample(
        "ARR-2", "Call {person}", "Pay in full, or call {person}", "Pay what you can, and call {person}", by_hand=True
    ),
    Sample("ARR-3", "contingency: 0.1", "contingency: 0.09", "contingency: 0.2"),
    Sample("ARR-4", "breathing_days: 60", "breathing_days: 59", "breathing_days: 61"),
    Sample("ARR-7", "notice_days: 30\n  calls", "notice_days: 29\n  calls", "notice_days: 31\n  calls"),
    Sample("ARR-7", "after_days: 45", "after_days: 29", "after_days: 30", by_hand=True),
    Sample("ARR-8", "calls: {most: 2, days: 7}", "calls: {most: 3, days: 7}", "calls: {most: 1, days: 7}"),
    Sample("ARR-8", "contacts: {most: 3, days: 7}", "contacts: {most: 1, days: 1}", "contacts: {most: 2, days: 7}"),
    Sample("ARR-9", "hours: {start: 9, end: 19}", "hours: {start: 9, end: 20}", "hours: {start: 10, end: 18}"),
    Sample("ARR-10", " Stop these mails: {opt_out}", "", " No more mails: {opt_out}"),
    Sample("ARR-12", "interest {interest}, fees {fees}", "with interest and fees", "fees {fees}, interest {interest}"),
    Sample(
        "ARR-13",
        "Dear {name}, {creditor}",
        "Dear {name}, before we go to court, {creditor}",
        "Good day {name}, {creditor}",
    ),
    Sample(
        "ARR-13",
        "after_days: 14, action: offer_help",
        "after_days: 31, action: pause_service",
        "after_days: 14, action: call",
    ),
    Sample("ARR-14", ", ask {debt_advice}", "", ", or ask {debt_advice}"),
    Sample("ARR-17", "tier_kept: yes", "tier_kept: no", "tier_kept: true"),
    Sample("ARR-17", "marketing: no", "marketing: yes", "marketing: false"),
    Sample("ARR-18", "fee: none, interest: no}", "fee: 5.00, interest: no}", "interest: no}"),
    Sample("ARR-18", "fee: none, interest: no}", "fee: none, interest: yes}", "fee: none}"),
    # Flows
    Sample(
        "CAP-14",
        "kind: save_offer, goes_at_once: yes, decline: equal, next: sure}",
        "kind: reason, next: surely}\n      - {id: surely, title: really, kind: confirm, next: sure}",
        "kind: reason, next: sure}",
    ),
    Sample(
        "CAP-14",
        "  cancel:\n    channels: [web, counter]",
        "  cancel:\n    channels: counter",
        "  cancel:\n    channels: [web, counter, call]",
    ),
    Sample(
        "CAP-14",
        "title: do you want to leave, kind: confirm",
        "title: do you want to leave, kind: call",
        "title: do you want to leave, kind: choice",
    ),
    Sample("CAP-15", "goes_at_once: yes, decline", "decline", "goes_at_once: true, decline"),
    Sample(
        "CAP-15",
        "title: do you want to leave, kind: confirm",
        "title: at half the price, kind: save_offer",
        "title: is it so, kind: confirm",
        by_hand=True,
    ),
    Sample("CAP-17", "withdraw_days: 14", "withdraw_days: 13", "withdraw_days: 30"),
    Sample("CAP-17", "acknowledged: yes", "acknowledged: no", "acknowledged: true"),
    Sample("CAP-17", "    label: withdraw from contract here\n", "", "    label: withdraw here\n", by_hand=True),
    Sample("CAP-17", "asks: [name, contract number, email]", "asks: [name, why]", "asks: [name, email]", by_hand=True),
    Sample("CAP-22", "preticked: no", "preticked: yes", "preticked: false"),
    Sample("CAP-22", "countdown: no", "countdown: yes", "countdown: false"),
    Sample("CAP-22", "decline: equal", "decline: hidden", "clicks: 1"),
    # Terms and forfeiture
    Sample("CAP-4b", "notice_days: 60\n  grace", "notice_days: 59\n  grace", "notice_days: 61\n  grace"),
    Sample("CAP-4b", "grace_days: 90", "grace_days: 89", "grace_days: 91"),
    Sample("CAP-8", "fees: {hold: none,", "fees: {hold: 1.00,", "fees: {backed: yes, hold: 1.00,"),
    Sample(
        "CAP-10", "exclusions: none", "exclusions: whatever we decide at our sole discretion", "exclusions: tobacco"
    ),
    Sample(
        "CAP-10", "title: points that were booked twice", "title: abuse of the programme", "title: points booked twice"
    ),
    Sample("CAP-11", "appeal_days: 30", "appeal_days: 29", "appeal_days: 31"),
    Sample("CAP-11", "decided_by: person", "decided_by: machine", "decided_by: person"),
    Sample("CAP-11", "    evidence: both receipts\n", "", "    evidence: the receipts\n", by_hand=True),
    Sample("CAP-13", "run_off_days: 1095", "run_off_days: 1094", "run_off_days: 1096"),
    Sample("CAP-23", "    caps: none\n", "", "    caps: no caps\n"),
    Sample("CAP-24", "cards: ask", "cards: silent", "cards: ask"),
    Sample("ACC-7", "bought: {months: 60,", "bought: {months: 59,", "bought: {months: 61,"),
    Sample(
        "ACC-7",
        "dormant_months: 12",
        "dormant_months: 11, dormancy_fee: 1.00",
        "dormant_months: 12, dormancy_fee: 1.00",
    ),
    Sample("ACC-8", "paid_out: yes", "paid_out: no", "paid_out: true"),
    Sample("ACC-9", "unclaimed: yes", "unclaimed: no", "unclaimed: true"),
    # Data
    Sample("PRV-4", "personal: no, free_text: no}", "personal: no, free_text: yes}", "personal: no}"),
    Sample(
        "PRV-6",
        "consent_recorded: yes\n  consent_clicks",
        "consent_recorded: no\n  consent_clicks",
        "consent_recorded: true\n  consent_clicks",
    ),
    Sample("PRV-6", "withdraw_clicks: 1", "withdraw_clicks: 2", "withdraw_clicks: 1 "),
    Sample("PRV-7", "keep_months: 13", "keep_months: 14", "keep_months: 12"),
    Sample(
        "PRV-7",
        "keep_months: 24, personal: yes",
        "keep_months: forever, personal: yes",
        "keep_months: forever, personal: no",
    ),
    Sample("PRV-8", "shared_with: [post], told: yes", "shared_with: [post], told: no", "shared_with: [post]"),
    Sample(
        "PRV-9",
        "what you cannot eat, basis: consent",
        "what you cannot eat, basis: interest",
        "what you eat, basis: consent",
    ),
    Sample(
        "CMP-8", "evidence: [survey, forgiveness]", "evidence: [survey, complaint]", "evidence: [survey, unpaid_act]"
    ),
    Sample("MEA-2", "rung: transactional", "rung: blended", "rung: transactional"),
    Sample(
        "MEA-3", "evidence: [survey, forgiveness]", "evidence: [spend, tenure]", "evidence: [spend, recommendation]"
    ),
)
