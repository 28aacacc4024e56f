"""The older interface of Tianjin's open platform, for programs written against it: `/api/invoke/{id}`.

Its ways are kept as they were: `page` is the size of a page, whatever happens is HTTP 200, and `code` in the body says
how it went. New programs take the query interface, which has filters, order, stable row ids and honest statuses.
"""
