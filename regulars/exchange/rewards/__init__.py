"""Rewards: what members have for their points, by the section `rewards` of the programme in force.

The rules are the kernel's (`engine/rewarding.py`): who may have one, how often, at which price, and how much of a bill
it pays. Here they meet people. `redeeming.py` has the acts: a reward is handed over at once, or set aside until it is;
the hold is then captured or released like any other. `knowing.py` gathers what a reward's condition may ask of a
member. `offering.py` reads what a member can have now and what is missing, `awaiting.py` what waits to be handed over
to whom.
"""
