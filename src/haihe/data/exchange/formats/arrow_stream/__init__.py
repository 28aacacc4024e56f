"""Arrow IPC streams of text: how rows arrive that never were a file (databases, interfaces, streams, nodes)."""
