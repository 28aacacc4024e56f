"""Messages of a NATS JetStream, by a durable pull consumer: what changed, row by row.

Check-list: only the checked address, no other server of the cluster · its certificate by a pinned authority, or no word
is said · password, token or credentials, sealed · nothing is acknowledged before the fetch is durable, and what was
acknowledged waits sealed until it is published · in the stream's order, and none twice: by sequence numbers · what an
earlier fetch left unsettled comes before anything newer · bounded by messages and a quiet time · a message that can't
be read is a rejected row and holds up none.
"""
