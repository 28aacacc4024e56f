"""What others' catalogues say, read into records of ours: pure functions on what came, each of it hostile."""
