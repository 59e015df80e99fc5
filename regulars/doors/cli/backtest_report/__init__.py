"""The report of a backtest: one file that opens from disk, with its own style, fonts and drawings, and no script.

`writing.py` says what stands on the page, `showing.py` draws one figure of it, `page.txt` and `page.css` are the
paper. Colours come from the look's tokens. Every chart is a table or has one as its twin.
"""
