"""Guessing (猜测): whoever is wrong too often waits; by what is tried, and by the address it comes from.

One lock for passwords, for codes of certificates and receipts, and for whatever else can be guessed. The attempts are
rows of the room that is guarded, so limits hold across processes. Score day has one of its own, in memory, for speed.
Words: rate lock 防猜测锁, attempt 尝试.
"""
