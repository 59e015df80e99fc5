"""The demo shop Harbour: a real year of 2,469 households, and what was made up around it.

`harbour.py` prepares the year as one file that the ordinary import takes with `harbour.map.yaml`; `made.py` adds
returns and redemptions, which the data does not have, and marks them; `names.py` gives the members names that
belong to nobody. docs/demo.md says where the data comes from.
"""
