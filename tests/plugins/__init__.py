"""What the suite adds to pytest: a throw-away installation per run, and engines that may be missing."""
