"""The command line: `regulars`, one file per command.

`house.py` opens what a command needs (a database, Django); `saying.py` is how commands speak: progress, tables,
errors with a remedy, exit status 1 for a refusal and 2 for a wrong call.
"""
