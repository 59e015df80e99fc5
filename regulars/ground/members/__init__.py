"""Members: who a person is, and nowhere else.

An account is a number that holds points and stays for ever. The vault row beside it (`Member`) knows the name,
the address and the birthday; erasing a person empties it and the lookups, and every sum stays true.
`enrolling.py` opens accounts and knows them by their numbers, `leading.py` which account leads to another one;
`describing.py` puts what is told of them in place (`personal.py` says what may be told), `registering.py` takes
a file of them, `erasing.py` forgets who they are;
`finding.py` looks people up, by names that `folding.py` makes easy to type; `signing_in.py` makes and takes one-time
links.
"""
