"""CKAN's Action API, version 3, as its clients speak it.

Datasets are packages, departments organizations, topics groups.
"""
