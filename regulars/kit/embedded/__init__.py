"""The parts of the embedded PostgreSQL; callers want `regulars.kit.postgres.Embedded`.

One folder, one server. `place` says which folder that is and which user owns it, `software`
finds programs that this user can run, `locks` let many processes share one server, `postmaster`
creates, launches, watches and ends it, `logins` makes the two roles and the database, `waiting`
paces every loop that waits, and `refusal` is the one error that leaves here.

Three lock files carry the whole story, because the kernel drops a lock when its last holder
dies, however it dies:

- `start.lock`: whoever creates, starts or stops the server holds it;
- `users.lock`: every process that uses the server holds it shared; who can have it alone is the last;
- `server.lock`: the server and all its children hold it; free means that no server is alive.
"""
