"""The one door to personal data: a lean async program that reads SQL views and local indexes, never Django.

Words: verify 核验, answer 答复, journal 流水.
"""
