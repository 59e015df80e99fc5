"""Log lines that cannot hold what a person typed: no names, addresses, numbers, bodies, paths or query strings.

A line is made of what programmers wrote. Texts of other libraries are kept as the pattern they were written as, without
what was filled in; an error as its type and the places it came through, without its message, in which a database
quotes the row. What is wanted to be read is handed over by name (`extra={"told": {...}}`).
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from http.client import responses
from pathlib import Path
from types import TracebackType
from typing import Any

#: Loggers whose sentences are ours, or say nothing of people: kept whole.
_WHOLE = ("regulars", "uvicorn")
#: Of which there is one line and no places: whoever sends them would fill the log, and nothing is wrong in the house.
_OTHER_HOST = "django.security.DisallowedHost"
_HOUSE = str(Path(__file__).parents[3])


class Json(logging.Formatter):
    """One JSON object per line: `at`, `level`, `logger`, `said`, and what was told by name."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return json.dumps(_told(record), default=str)


class Plain(logging.Formatter):
    """The same for people: the instant, the level, what was said, then name=value; an error's places below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of a record."""
        told = _told(record)
        places = told.pop("places", [])
        first = " ".join(str(told.pop(name)) for name in ("at", "level", "logger", "said") if name in told)
        return "\n    ".join([" ".join([first, *(f"{name}={value}" for name, value in told.items())]), *places])


def _told(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
    }
    status = getattr(record, "status_code", None)
    if record.name.split(".")[0] in _WHOLE:
        told["said"] = record.getMessage()
    elif isinstance(status, int):  # how a request was answered; the pattern has no words of its own
        told |= {"said": responses.get(status, "answered"), "status": status}
    elif record.args:
        told["said"] = str(record.msg)
    else:  # whether anything was filled in cannot be seen any more
        told["said"] = f"{Path(record.pathname).name}:{record.lineno}"
    told.update(getattr(record, "told", {}))
    if record.name == _OTHER_HOST:
        told["said"] = "A request named a host that is none of REGULARS_HOSTS"
    elif record.exc_info and record.exc_info[1]:
        told.update(_error(record.exc_info[1]))
    return told


def _error(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    told: dict[str, Any] = {"error": f"{kind.__module__}.{kind.__qualname__}", "places": list(_places(error))}
    cause = error.__cause__ or error
    if state := getattr(cause, "sqlstate", None):
        told["sqlstate"] = state
        told["constraint"] = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return told


def _places(error: BaseException) -> list[str]:
    places = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.removeprefix(_HOUSE + '/')}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def logging_config(style: str) -> dict[str, Any]:
    """For `logging.config`: everything to the error stream, in one `style`, `json` (requests too) or `text`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Json if style == "json" else Plain}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "regulars": {"level": "INFO" if style == "json" else "WARNING"},
            # Its own handlers write nothing outside of development. What asks for nothing that is there is no error.
            "django": {"handlers": [], "level": "ERROR"},
            # Of what comes that is no HTTP, no line: whoever sends it would fill the log.
            "uvicorn": {"level": "ERROR"},
            # A pool that waits for its database says so again and again; who watches over the database says it once.
            "psycopg.pool": {"level": "ERROR"},
        },
    }
