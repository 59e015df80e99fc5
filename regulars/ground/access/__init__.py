"""Access: who works here, which machines may speak, and the record of every act on a member.

`models.Staff` is who signs in at the console, and `factors.py` lets in who lost their second factor; `keys.py` makes
and checks bearer keys; `auditing.py` writes the audit row that belongs to every act on a member, in the act's own
transaction.
"""
