"""Admission: a member asks for a link into their own pages, and gets it by mail.

What a visitor types is put into a row and nothing else, whoever they are: how the door answers, and how soon, tells
nobody who is a member. `asking.py` puts it there, unless one client asks too often; `answering.py` finds out who is
meant and asks messaging for a mail; `writing.py` makes the link while that mail is sent, so that it stands nowhere but
in the mail. `rules.py` has the limits. Links themselves are made and opened in `members/signing_in.py`.
"""
