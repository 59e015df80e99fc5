"""The shop's figures as pages ask for them: read once, kept for a while."""

from __future__ import annotations

from regulars.doors.console.admitting import Desk
from regulars.insight.shop.keeping import Kept, kept
from regulars.insight.shop.overview import Overview, overview
from regulars.programme.promise import Programme


def shop_reading(desk: Desk, programme: Programme) -> Kept[Overview]:
    """The figures under this programme, and of when they are."""
    levels = [level.id for level in programme.tiers.levels] if programme.tiers else []
    return kept(f"overview:{programme.digest}", lambda: overview(desk.zone, levels, desk.now), desk.now)
