"""A score day so small that a test can rehearse it."""

SMALL = """
title = { zh = "小规模", en = "A small day" }
candidates = 60
arrivals = [{ until_s = 0.5, share = 0.7 }, { until_s = 1.5, share = 0.3 }]
[people]
mistyped_share = 0.1
reload_share = 0.5
again_share = 0.2
certificate_share = 0.3
think_s = [0.1, 0.3]
[schools]
share = 0.5
size = 20
[guessers]
per_s = 100
addresses = 1
until_s = 1.5
"""
