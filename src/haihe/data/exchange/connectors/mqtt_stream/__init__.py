"""Messages of an MQTT broker, in a session that it keeps while we are away: what changed, row by row.

Check-list: only the checked address · its certificate by a pinned authority · a password, sealed · quality of service
1; a message is acknowledged once it lies sealed on the disk, and waits there until it is published: brokers give only
so many unacknowledged ones at a time (often 20), so this happens within a fetch · in the broker's order · bounded by
messages and a quiet time · a test has a session of its own and takes nothing away · a message that can't be read is a
rejected row and holds up none.
"""
