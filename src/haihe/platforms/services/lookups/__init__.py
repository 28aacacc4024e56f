"""Fingertip queries (指尖查): what registers say of oneself, one's child or one's company, asked with one tap.

A lookup (查询) is a file: which department's `query` service it asks and why, which fields it shows and through which
mask, what has to be typed, how old an answer may be shown again. Each is asked through the gateway under a grant, about
whoever signed in and nobody else. Beside it the one search box over items, lookups, guides and open data.
"""
