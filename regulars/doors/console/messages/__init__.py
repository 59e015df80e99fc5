"""Messages on the console: what members were told, and the letters that a person prints and posts.

One file per page: `outbox` (what went out to everybody), `letters` (printing, posting), `of_member` (one member's, and
what came back). `wording.py` has the words of kinds, states and figures.
"""
