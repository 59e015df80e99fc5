"""Activity: everything that happened between a member and the shop, as the shop's own systems tell it.

An event comes in through a door (a file, a till, an app) and must keep the contract of docs/events.md. It is taken
whole or set aside whole: a basket never loses a line.

- `contract`: the columns, the value `Incoming` with its digest, the words for what is wrong
- `judging`: one event, cell by cell: the value, or every reason why not
- `mapping`: the small language in which a shop says how its own columns become those of the contract
- `deriving`, `parsing`: the same readings over whole columns, for speed; `judging` has the last word
- `sources`: CSV, JSON Lines and Parquet in bounded pieces, also when a file ends in the middle
- `files`: a file as batches of events, each member's oldest first
- `rejects`: the report of what was set aside
- `exporting`: recorded events as files of the contract, without names
"""
