"""Messaging: what members are told, by mail or on paper, and what became of it.

A message is a row with a state, and the row is the queue. It holds what it told in figures and never a name, an address
or a text: those are put together out of the vault while it is sent or printed, and are kept nowhere. What a message is
about and how it reads is the business of the room that asks for it, which hands a writer down.
`queueing.py` puts rows there and has the states, `sending.py` sends what waits (claimed in one transaction, sent
outside any, noted in another), `mailing.py` speaks SMTP, `letters.py` prints and posts what no mail can bring,
`outbox.py` reads. `rules.py` says when to try again and when what was sent counts as having arrived. What is urgent is
worth nothing some minutes later: it goes by mail at once, or within that time, or not at all.
"""
