"""A promise is published whole, from the version it was written from, and never changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from regulars.ground.publishing import versions as publishing
from regulars.ground.publishing.models import ProgrammeVersion
from regulars.ground.publishing.versions import PublishRefused, publish, versions
from regulars.programme.loading import load
from regulars.programme.problems import ProgrammeError
from regulars.programme.promise import Programme

TEXT = (Path(__file__).parents[4] / "programmes" / "harbour.yaml").read_text("utf-8")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def with_cap(most: int) -> str:
    return TEXT.replace("most: 500", f"most: {most}")


def on(year: int, month: int = 1) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def refusal(text: str, effective: datetime, base: int | None) -> str:
    with pytest.raises(PublishRefused) as refused:
        publish(text, effective, "keeper", NOW, base)
    assert str(refused.value).endswith((".", "yaml"))
    return refused.value.code


def test_without_a_version_the_house_says_what_to_do(db: None) -> None:
    with pytest.raises(PublishRefused) as refused:
        versions()
    assert refused.value.code == "no_programme"
    assert "regulars publish" in str(refused.value)


def test_the_first_version_may_begin_in_the_past_and_keeps_its_text(db: None) -> None:
    assert publish(TEXT, on(2016), "ada@example.org", NOW) == 1
    row = ProgrammeVersion.objects.get()
    assert (row.text, row.effective_at, row.published_at, row.published_by) == (TEXT, on(2016), NOW, "ada@example.org")
    assert versions().latest.kernel.terms.programme.header.name == "Harbour"


def test_each_instant_has_the_version_in_force(db: None) -> None:
    publish(with_cap(500), on(2020), "keeper", NOW)
    publish(with_cap(600), on(2022), "keeper", NOW, base=1)
    publish(with_cap(700), on(2024), "keeper", NOW, base=2)
    promise = versions()
    numbers = [
        promise.at(us(moment)).number for moment in (on(2019), on(2020), on(2021, 12), on(2022), on(2023), on(2030))
    ]
    assert numbers == [1, 1, 1, 2, 2, 3]
    assert promise.at(us(on(2022)) - 1).number == 1
    assert [version.number for version in promise] == [1, 2, 3]
    assert promise.numbered(2).kernel.terms.caps["points"][0].most == 600
    with pytest.raises(LookupError):
        promise.numbered(4)


def test_a_new_version_is_seen_at_once(db: None) -> None:
    publish(with_cap(500), on(2020), "keeper", NOW)
    assert versions().latest.number == 1
    publish(with_cap(600), on(2022), "keeper", NOW, base=1)
    assert versions().latest.number == 2


def test_a_version_that_another_one_overtook_is_refused(db: None) -> None:
    publish(with_cap(500), on(2020), "keeper", NOW)
    publish(with_cap(600), on(2022), "keeper", NOW, base=1)
    assert refusal(with_cap(700), on(2024), base=1) == "base_outdated"
    assert refusal(with_cap(700), on(2024), base=None) == "base_outdated"
    assert versions().latest.number == 2


def test_a_version_that_changes_nothing_or_the_past_is_refused(db: None) -> None:
    publish(with_cap(500), on(2020), "keeper", NOW)
    assert refusal(with_cap(500), on(2022), base=1) == "nothing_changed"
    assert refusal(with_cap(600), on(2020), base=1) == "effective_too_early"
    assert refusal(with_cap(600), on(2019), base=1) == "effective_too_early"


def test_a_text_with_errors_is_never_published(db: None) -> None:
    with pytest.raises(ProgrammeError):
        publish(TEXT.replace("points: 1", "points: -1"), on(2020), "keeper", NOW)
    assert not ProgrammeVersion.objects.exists()


def test_of_many_who_publish_at_once_all_but_one_are_told_to_look_again(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(with_cap(500), on(2020), "keeper", NOW)
    barrier = Barrier(4)

    def read(text: str) -> Programme:
        programme = load(text)
        barrier.wait()
        return programme

    monkeypatch.setattr(publishing, "load", read)

    def attempt(most: int) -> str:
        try:
            return str(publish(with_cap(most), on(2022), "keeper", NOW, base=1))
        except PublishRefused as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, (600, 700, 800, 900))) == ["2", *["base_outdated"] * 3]


def test_a_section_that_no_room_carries_out_can_be_written_and_not_published(db: None) -> None:
    promised = TEXT + "\noffers:\n  - {id: ten, title: Ten off, kind: return, gives: {percent: 10}}\n"
    assert load(promised).offers[0].id == "ten"
    assert refusal(promised, on(2026), None) == "section_not_carried_out"
    assert not ProgrammeVersion.objects.exists()


def test_whoever_names_no_version_is_told_how_to_name_it(db: None) -> None:
    publish(TEXT, on(2020), "keeper", NOW)
    with pytest.raises(PublishRefused, match=r"say so \(--base 1\)"):
        publish(with_cap(600), NOW, "keeper", NOW)
    with pytest.raises(PublishRefused, match="written from version 7, and version 1 is the latest"):
        publish(with_cap(600), NOW, "keeper", NOW, base=7)
