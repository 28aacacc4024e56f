"""What the pages show, one module per noun."""
