"""Linkage of two registers without identity numbers: who is probably the same person, and why.

Pure functions over Arrow tables and DuckDB, no Django: clean (`names`, `addresses`, `preparing`), learn (`training`),
weigh (`scoring`), decide (`deciding`), explain (`explaining`, `drawing`), gather (`clusters`). The weights are
Fellegi and Sunter's, estimated by Splink; a model is numbers in a readable file, never code.
"""
