"""The portal: where members see their points, why they have them, and what the shop has promised.

`receiving.py` recognises who visits and hands every page its `Visit`: who, when, in which language, and under
which promise. Members are no staff: they have a session of their own, under a cookie of its own, that holds an
account and nothing else, so neither session opens the other door. `entering.py` takes the one-time links that
lead in, and leads out. Then one file per page: `home`, `statement`, `messages`, `promise`, `profile` and others, and
`brand`, the stylesheet in the programme's own colours. `saying.py` puts a programme's terms into sentences for members.

No address names a member. Every page but the stylesheet is private and stays out of every cache. All of it
works without JavaScript, on a phone first.
"""
