"""A draft is kept whatever it says, and no window overwrites another one unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from regulars.ground.access.models import Staff
from regulars.ground.publishing.drafting import SavedElsewhere, discard, draft_of, keep, rebase, take
from regulars.ground.publishing.tests.test_versions import TEXT, on
from regulars.ground.publishing.versions import publish

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DESK, LAPTOP = uuid4(), uuid4()


@pytest.fixture
def carmen(db: None) -> int:
    return int(Staff.objects.create_user("carmen@harbour.example", "x").pk)


def test_a_draft_is_kept_as_it_stands_and_each_keeper_has_their_own(carmen: int) -> None:
    bruno = int(Staff.objects.create_user("bruno@harbour.example", "x").pk)
    assert draft_of(carmen) is None
    keep(carmen, None, "not: [yaml\r\nat all\x00", DESK, None, NOW)
    keep(bruno, None, "mine", LAPTOP, None, NOW)
    draft = draft_of(carmen)
    assert draft and (draft.text, draft.saved_at) == ("not: [yaml\nat all\N{REPLACEMENT CHARACTER}", NOW)
    discard(carmen)
    assert draft_of(carmen) is None and draft_of(bruno)


def test_a_window_goes_on_from_what_it_saw_and_from_its_own(carmen: int) -> None:
    keep(carmen, None, "one", DESK, None, NOW)
    keep(carmen, None, "two", DESK, None, NOW)
    keep(carmen, None, "three", LAPTOP, DESK, NOW)
    with pytest.raises(SavedElsewhere) as refused:
        keep(carmen, None, "two and a half", DESK, None, NOW + timedelta(minutes=1))
    assert refused.value.saved_at == NOW
    assert draft_of(carmen).text == "three"  # type: ignore[union-attr]
    keep(carmen, None, "three", DESK, None, NOW)  # the same text hurts nobody
    keep(carmen, None, "mine after all", LAPTOP, None, NOW, over=True)
    assert draft_of(carmen).text == "mine after all"  # type: ignore[union-attr]


def test_a_draft_that_goes_on_keeps_its_base_and_one_that_takes_its_place_brings_its_own(carmen: int) -> None:
    publish(TEXT, on(2020), "bruno", NOW)
    keep(carmen, None, "one", DESK, None, NOW)
    keep(carmen, 1, "two", DESK, None, NOW)
    assert draft_of(carmen).base is None  # type: ignore[union-attr]
    keep(carmen, 1, "three", LAPTOP, None, NOW, over=True)
    assert draft_of(carmen).base == 1  # type: ignore[union-attr]


def test_a_text_is_taken_as_a_draft_only_where_none_is_being_written(carmen: int) -> None:
    publish(TEXT, on(2020), "bruno", NOW)
    assert take(carmen, "old", DESK, NOW)
    assert not take(carmen, "older", LAPTOP, NOW)
    draft = draft_of(carmen)
    assert draft and (draft.text, draft.base, draft.saved_in, draft.saved_at) == ("old", 1, DESK, NOW)


def test_a_draft_goes_on_from_the_latest_version_when_its_keeper_says_so(carmen: int) -> None:
    keep(carmen, None, "one", DESK, None, NOW)
    publish(TEXT, on(2020), "bruno", NOW)
    rebase(carmen)
    assert draft_of(carmen).base == 1  # type: ignore[union-attr]


def test_who_leaves_takes_their_draft_along(carmen: int) -> None:
    keep(carmen, None, "one", DESK, None, NOW)
    Staff.objects.filter(pk=carmen).delete()
    assert draft_of(carmen) is None
