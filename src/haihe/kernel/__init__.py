"""Pure Python every storey may use: identifiers, calendar, text, problems, hashing, proofs. No Django, no I/O."""
