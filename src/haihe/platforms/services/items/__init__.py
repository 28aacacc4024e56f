"""Items of government service (政务服务事项): what each is, in versions, and how people find them.

An item's file lies in `city/<authority>/<slug>.toml`. `reading` fills in what its authority, the shared papers and its
kind settle for all; `definition` says what may stand in an item and refuses what contradicts itself.
Words: item 事项, item version 事项版本, paper 材料, topic 主题, bundle 一件事.
"""
