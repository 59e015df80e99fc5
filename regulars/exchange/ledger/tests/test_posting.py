"""What is made beside the rows of a posting: the months of the ledger, each a table of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from regulars.exchange.earning.tests.cast import fresh, purchase, tell
from regulars.ground.publishing.versions import publish

HARBOUR = Path(__file__).parents[4] / "programmes" / "harbour.yaml"


def months() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^entry_[0-9]{4}_[0-9]{2}$'")
        return {name for (name,) in cursor.fetchall()}


def test_a_batch_over_fifty_years_makes_the_months_in_which_its_entries_lie_and_no_other_one(db: None) -> None:
    begins = datetime(1973, 1, 1, tzinfo=UTC)
    publish(HARBOUR.read_text(encoding="utf-8"), begins, "keeper", begins)
    before, ada, bruno = months(), fresh("ada"), fresh("bruno")
    told = tell(purchase(ada, "1974-05-10 12:00", 1_000), purchase(bruno, "2026-06-10 12:00", 1_000))
    assert [result.status for result in told] == ["recorded", "recorded"]
    made = months() - before
    assert "entry_1974_05" in made and len(made) < 6, made
    # A day at the edge of a month reaches into the next one, in one zone or another.
    tell(purchase(ada, "1979-06-30 23:30", 1_000), purchase(bruno, "1985-12-31 12:00", 1_000))
    assert {"entry_1979_06", "entry_1979_07", "entry_1985_12", "entry_1986_01"} <= months()
    assert not {name for name in months() if "entry_1979_09" < name < "entry_1985_11"}
