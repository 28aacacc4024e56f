"""Faces of the open platform: what clients already speak, answered from the same datasets, versions and rules.

Each is pages of the web process at the site's root. Only what is published is seen here; rows come from
`haihe.data.open.store`, bounded as everywhere.
"""
