"""Electronic certificates (电子证照): issued by what a case decides, kept in the holder's wallet, checked by anybody.

A certificate is a signed document (JWS) with the kind's structured fields; what is personal in it is kept sealed. By
its QR code, or by number and code, a stranger learns whether it holds and sees what is masked, nothing else. It is
suspended and revoked by two persons, for a reason that the holder is told. Which kinds there are is data
(`kinds/*.toml`).
Words: certificate 证照, certificate kind 证照类型, wallet 证照包, check code 核验码.
"""
