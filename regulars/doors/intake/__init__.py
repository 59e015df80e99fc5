"""The intake: what stands at the public port. It takes events itself and hands everything else to Django.

- `application`: one request after the other, as Granian brings them (RSGI)
- `admitting`: whose request to take events may go the short way; whatever is unusual about one goes to Django, which
  says what is wrong with it
- `queueing`: requests wait for a committer; what came while its last transaction was in flight is the next batch
- `committing`: a batch in one transaction, each request with its own answer
- `handing`: the way to Django and back
"""
