"""Publishing: which promise is in force, and since when.

A published version is the whole text of a programme file, immutable and effective-dated; the latest one is the
truth. `versions.py` publishes and answers which version, compiled, holds at an instant.
"""
