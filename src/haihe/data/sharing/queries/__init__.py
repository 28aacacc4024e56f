"""Reads of sharing. Who may know of what, and in which part somebody acts, is decided in `access` and nowhere else."""
