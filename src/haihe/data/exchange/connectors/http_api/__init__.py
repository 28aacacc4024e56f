"""A department's HTTP interface: JSON, page by page, or one file.

Check-list: each address, of redirects and tokens too, is looked up once, checked, and the checked one used · a header,
a parameter, a password, a token or OAuth's client credentials, sealed, and never sent on to another server · pages by
number, offset, cursor or link; one that comes twice ends it, rows that move between pages are noticed · what is asked
to wait waits, up to a bound · pages, bytes, seconds and redirects are bounded · numbers keep all digits, codes stay
text · whole, or by a watermark; nothing new is nothing loaded · an answer that breaks off is none.
"""
