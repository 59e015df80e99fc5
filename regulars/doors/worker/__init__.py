"""The worker: what is due, and what facts set off.

`schedule.py` is the one page of all that is periodic; each job is a shell that wakes an act. `waking.py` wakes one
before its time, `running.py` runs them.
"""
