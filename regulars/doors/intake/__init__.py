"""The intake: what stands at the public port. It takes events itself and hands everything else to Django.

- `speaking`: a connection, and the short way of a request over it
- `application`: what the connections of a process share, and the way that all other requests go (ASGI)
- `admitting`: whose request to take events may go the short way; whatever is unusual about one goes to Django, which
  says what is wrong with it
- `queueing`: requests wait for a committer; what came while its last transaction was in flight is the next batch
- `committing`: a batch in one transaction, each request with its own answer
- `handing`: the way to Django and back
"""
