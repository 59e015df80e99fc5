"""The report of a comparison: one file that opens from disk, drawn with what the report of a backtest is drawn with.

`writing.py` says what stands on the page, `losing.py` tells of one member who loses, `page.css` is what this page has
beside the paper of `backtest_report`.
"""
