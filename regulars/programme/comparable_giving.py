"""What is compared of what is given beside the points: offers, clubs, referrals, moments and partners."""

from __future__ import annotations

from regulars.programme import giving_clauses as clauses
from regulars.programme import judging
from regulars.programme import judging_giving as giving
from regulars.programme import judging_spending as spending
from regulars.programme.care_words import CARE
from regulars.programme.judging_earning import limit
from regulars.programme.kinds import TITLE, Facet, Kind, by_id, one, own_title, section

GIVING = (
    Kind(
        "offer", "offers", lambda programme: by_id(programme.offers), own_title, clauses.offer,
        (
            TITLE,
            one("product", giving.product),
            one("eligible.customers", giving.customers),
            one("eligible.moved_is_new", judging.rising(False, True)),
            one("eligible.tenure_days", giving.tenure),
            one("eligible.away_days", judging.lower),
            one("eligible.channels", giving.audience),
            one("eligible.payments", giving.audience),
            one("eligible.terms", giving.audience),
            one("eligible.regions", giving.audience),
            one("eligible.segments", giving.audience),
            one("eligible.tiers", giving.audience),
            one("eligible.cancel_intent", judging.rising(True, False)),
            one("eligible.when", judging.wider),
            one("gives", giving.given),
            one("price", giving.introductory),
            one("use.minimum_spend", judging.lower),
            one("use.regular_price_only", judging.rising(True, False)),
            one("use.margin_floor", judging.lower),
            one("use.valid_days", judging.longer),
            one("use.limit", limit),
            one("lines", judging.wider),
            one("stacking.kind", judging.rising("exclusive", "best_of", "stackable")),
            one("code", giving.code),
            one("reduced_from", judging.rising("last_price", "list_price", "lowest_30_days")),
            one("starts", giving.begins),
            one("ends", giving.ends),
        ),
        removed=giving.offer_removed,
        differs={"stacking.group": "it competes with other offers than before"},
        untold={"kind": "what it is for; who may have it is compared", "horizon_months": "what checks compare it over"},
    ),
    Kind(
        "club", "clubs", lambda programme: by_id(programme.clubs), own_title, clauses.club,
        (
            TITLE,
            Facet("price", ("price", "months"), giving.club_price),
            one("gives", giving.given),
            one("trial", giving.trial),
            one("renewal", giving.renewal),
            one("unused_months", judging.sooner),
            one("exit.notice_days", judging.less),
            one("exit.refund", judging.rising("nothing", "rest", "all")),
            one("exit.fee", judging.lower),
            one("exit.cooling_off_days", judging.more),
            one("when", judging.wider),
        ),
    ),
    Kind(
        "referrals", "referrals", section("referrals"), lambda id, record, language: str(CARE[language]["referrals"]),
        clauses.referrals,
        (
            one("mechanisms", giving.mechanisms),
            one("advocate", giving.given),
            one("friend", giving.given),
            one("earned_by", judging.rising("purchase", "join")),
            one("minimum_spend", judging.lower),
            one("shows_reward", judging.rising(False, True)),
            one("same_terms", judging.rising(False, True)),
            one("loses", giving.loses),
            one("limit", limit),
            one("reminders", giving.asking),
            one("vouching", giving.vouching),
            one("references", giving.asking),
            one("when", judging.wider),
        ),
    ),
    Kind(
        "moment", "moments", lambda programme: by_id(programme.moments), own_title, clauses.moment,
        (
            TITLE,
            one("years", giving.audience),
            one("milestone", giving.reached),
            one("gives", giving.given),
            one("budget", giving.budget),
            one("limit", limit),
            one("when", judging.wider),
        ),
        differs={
            "kind": "another day is celebrated",
            "requires": "what must be right before guards members as much as it withholds",
        },
    ),
    Kind(
        "partner", "partners", lambda programme: by_id(programme.partners), own_title, clauses.partner,
        (
            TITLE,
            one("currency", spending.earned(judging.undecided)),
            one("earns", giving.earns),
            one("burns", giving.burns),
            one("exchange", giving.exchange),
            one("shares", giving.shares),
            one("shares_shown", judging.rising(False, True)),
            one("notice_days", judging.earlier_told),
            one("card_linking", judging.rising("automatic", "never", "opt_in")),
        ),
        added=giving.partner_added,
        removed=spending.partner_removed,
        replaced=spending.partner_replaced,
        untold={"settlement": "what passes between the two houses"},
    ),
)  # fmt: skip
