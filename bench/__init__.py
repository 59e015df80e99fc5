"""Measurements, each beside a reference in the same run. `python -m bench` runs them all and writes RESULTS.md.

Absolute figures depend on the machine and gate nothing; ratios are what counts. A calibration loop stands beside them.
"""
