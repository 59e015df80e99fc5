"""Finance on the console: the books of points, for whoever closes the month (the roles finance and keeper).

One file per page: `months` (every month, and one of them), `closing` (closing it, and what is taken away as files),
`till` (tills beside the ledger, by day and store). `wording.py` has the words of the lines.
"""
