"""Events that were set aside, taken after all: somebody decides that what stood in their way is gone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.exchange.earning.recording import RECORDED, Result, take
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Incoming


def take_after_all(event: Incoming, source: str, create: bool, actor: str, now: datetime) -> Result:
    """Tell an event again, enrolling its member where `create` says so; that it was taken is in the audit of whoever
    it moved points of. What still cannot be taken stays set aside. Raises PublishRefused."""
    with transaction.atomic():
        (result,) = take([event], source, now, create=create)
        if result.status == RECORDED:
            detail = {"event": str(result.event), "source": source, "type": event.type}
            audit(actor, "event taken after all", result.account, detail, now)
    return result
