"""Discovery by need: how each paper of each service item stands, and the one step from there to a request.

The catalogue keeps what proves a paper; here it meets services, requests and grants. A paper that data proves and a
grant covers is one that nobody hands in any more.
"""
