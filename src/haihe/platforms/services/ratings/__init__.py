"""好差评: whoever had something done says how it was, once; low ratings come back to a person with a clock.

Nobody who handled it may rate it, and nobody has to. What is public is counted by item, window and department, by whole
weeks, with small numbers hidden. Words: rating 评价, invitation 评价邀请, low rating 差评, visit back 回访.
"""
