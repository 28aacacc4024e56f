"""Pages of halls, numbers, the terminal and the counter."""
