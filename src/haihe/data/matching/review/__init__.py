"""Linkage of two granted registers, and what people decide where the machine is in doubt.

A run links records of one person by name, birthday, telephone and address (`matching.linkage`). Close calls wait in a
queue: two persons look at each by themselves, and where they disagree an approver settles it.

Words: linkage run 关联运行, linkage pair 待核对, verdict 核对意见.
"""
