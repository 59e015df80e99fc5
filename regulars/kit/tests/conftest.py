"""A PostgreSQL for the tests of this room, started once and thrown away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from regulars.kit.postgres import Embedded


@pytest.fixture(scope="session")
def scratch_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an empty database listens whose content nobody needs."""
    server = Embedded(tmp_path_factory.mktemp("scratch") / "postgres", durable=False)
    with server as access:
        home = server.home
        yield access.owner_dsn
    # Run by root, the data may lie outside the folder that pytest clears.
    if home is not None:
        shutil.rmtree(home)
