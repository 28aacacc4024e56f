"""Parquet: typed columns, as analysts and data platforms hand them over."""
