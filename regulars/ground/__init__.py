"""The ground: what every other floor stands on. Who the people are, what happened, which promise holds, who may act.

- `installation`: the few facts the installation keeps about itself, and its clock
- `access`: who works here, which machines may speak, the record of every act on a member
- `members`: who a person is, and nowhere else
- `activity`: what happened, from the events contract to the timeline; what could not be taken is kept aside
- `publishing`: the version of the programme that is in force at an instant

The ground acts for others and never asks them: no floor below looks upward, so a wish of a floor above arrives here
as a call of an act in the room that owns the table.
"""
