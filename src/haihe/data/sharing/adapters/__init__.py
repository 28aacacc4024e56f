"""The engines behind the ports."""
