"""JSON: an array of objects, or an object that has one such array."""
