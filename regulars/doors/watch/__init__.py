"""The door for those who watch over the house: `/metrics` and the lines of its log.

`requests.py` measures every request and writes a line of it, `measures.py` holds what a server process counts by
itself, `metrics.py` is the page that a Prometheus reads, with figures of the database from `insight/shop/running.py`.
`lines.py` writes log lines that cannot hold what a person typed. The probes stand in `doors/api/probes.py`.
"""
