"""What a build holds beside what pyproject.toml says: nothing, or the hot path compiled, where REGULARS_COMPILED is 1.

mypyc makes C of typed Python as it stands (docs/decisions/0017). The sources never have a compiled module beside them:
it would be taken in place of the file somebody changes. `make compiled` builds in build/compiled.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup

#: What is compiled, and why: what runs for every event, in one library, so that it calls itself without Python between.
COMPILED = {
    "the kernel: weighing, rounding, caps, lots, tiers, the night": ["regulars/engine/*.py"],
    "a standing out of rows and into rows": [
        "regulars/exchange/ledger/assembling.py",
        "regulars/exchange/ledger/packing.py",
        "regulars/exchange/ledger/posting.py",
        "regulars/exchange/ledger/decided.py",
        "regulars/exchange/ledger/sifting.py",
    ],
    "the act by which events arrive": [
        "regulars/exchange/earning/recording.py",
        "regulars/exchange/earning/stepping.py",
        "regulars/exchange/earning/folding.py",
        "regulars/exchange/earning/persisting.py",
        "regulars/exchange/earning/needing.py",
        "regulars/exchange/earning/bounding.py",
        "regulars/exchange/earning/attesting.py",
        "regulars/ground/activity/recording.py",
        "regulars/ground/access/auditing.py",
        "regulars/ground/members/enrolling.py",
        "regulars/ground/publishing/versions.py",
    ],
    "rows and statements on their way to PostgreSQL": [
        "regulars/kit/binding.py",
        "regulars/kit/wire.py",
        "regulars/kit/copying.py",
        "regulars/kit/zones.py",
        "regulars/kit/ids.py",
        "regulars/kit/json.py",
    ],
    "a request that tells an event, read and answered": [
        "regulars/doors/api/skimming.py",
        "regulars/doors/api/taking.py",
        "regulars/doors/api/unfolding.py",
        "regulars/doors/api/bodies.py",
        "regulars/doors/api/recalling.py",
        "regulars/doors/api/keeping.py",
        "regulars/ground/activity/judging.py",
        "regulars/doors/intake/admitting.py",
        "regulars/doors/intake/committing.py",
    ],
}
#: What would be compiled by these names and stays plain, and why.
PLAIN = {
    "regulars/engine/events.py": "msgspec reads rows into its values by annotations, of which mypyc keeps half",
}


def files() -> list[str]:
    """The files of COMPILED but those of PLAIN, and without the docstrings of rooms."""
    found = [path for patterns in COMPILED.values() for pattern in patterns for path in sorted(Path().glob(pattern))]
    return [str(path) for path in found if path.name != "__init__.py" and path.as_posix() not in PLAIN]


def missing() -> str | None:
    """What compiling wants and this machine has not, or None."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if not shutil.which(compiler):
        return f"a C compiler ({compiler})"
    header = Path(sysconfig.get_path("include"), "Python.h")
    return None if header.exists() else f"the headers of Python ({header})"


def extensions() -> list[Extension]:
    """The compiled modules: one library of C, and for each module a door to it."""
    if os.environ.get("REGULARS_COMPILED") != "1":
        return []
    if wanted := missing():
        print(f"Nothing is compiled: this machine has not {wanted}. Plain Python it is.", file=sys.stderr)  # noqa: T201
        return []
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")  # for mypy's plugin
    from mypyc.build import mypycify

    # With -O2 gcc takes three times as long, and what comes out is no faster.
    found = mypycify(files(), group_name="regulars_compiled", target_dir="build/c", opt_level="1", debug_level="0")
    for one in found:
        one.extra_compile_args.append("-w")  # mypyc turns warnings into errors; another compiler has others
    return found


setup(ext_modules=extensions())
