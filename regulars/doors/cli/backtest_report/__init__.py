"""The report of a backtest: one file that opens from disk, with its own style, fonts and drawings, and no script.

`writing.py` goes from head to foot; `costs.py` says what the programme gives and costs, `members.py` who gets it,
`auditing.py` whether it is fair; `showing.py` draws one figure, `page.txt` and `page.css` are the paper. Colours come
from the look's tokens, by day and by night. Every chart is a table or has one as its twin.
"""
