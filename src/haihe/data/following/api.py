"""What neighbours may use of following."""

from haihe.data.following.queries import followers_of

__all__ = ["followers_of"]
