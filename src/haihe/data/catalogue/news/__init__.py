"""What is new in the catalogue: entries and updates as they were published, for everybody (art. 16), and as a feed."""
