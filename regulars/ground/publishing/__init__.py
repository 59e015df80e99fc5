"""Publishing: which promise is in force, and since when.

A published version is the whole text of a programme file, immutable and effective-dated; the latest one that stands
is the truth. `versions.py` publishes and answers which version, compiled, holds at an instant; `noticing.py` says how
early a change may begin. `closing.py` withdraws a version that has not begun and replaces a bad one at once, each with
its reason; `history.py` lists every version with what became of it. `drafting.py` keeps what a keeper is still
writing, `tryouts.py` the drafts that are tried on last year, as rows that the worker works off.
"""
