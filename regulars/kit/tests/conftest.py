"""A PostgreSQL for the tests of this room, started once and thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.kit.postgres import Embedded


@pytest.fixture(scope="session")
def scratch_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an empty database listens whose content nobody needs."""
    folder: Path = tmp_path_factory.mktemp("scratch") / "postgres"
    with Embedded(folder, durable=False) as access:
        yield access.owner_dsn
