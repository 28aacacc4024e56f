"""The pages of an update (revision): begin one, review what changes, move it; and the desk where all of it waits."""
