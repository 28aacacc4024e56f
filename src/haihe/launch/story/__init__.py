"""`haihe demo`: the opening story, played against a temporary city through the pages that people use."""
