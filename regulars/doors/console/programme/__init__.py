"""The programme on the console: read, changed, tried, published.

`told.py` says a programme in sentences and `differing.py` what two of them do not share. One file per page: `promise`
(what is in force and to come), `versions` (every version, one of them, two side by side, withdrawing), `draft` (the
editor; `checking.py` is the one place where it asks what is wrong), `tryouts` (a draft tried on last year; `outcome.py`
puts its figures in words, `gaining.py` who gains and who loses by it, `losing.py` explains one who loses), `publish`
(from a day on, or at once in place of a bad version; `refusing.py` says why not).
"""
