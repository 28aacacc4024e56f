"""Finding entries as Chinese users type: pieces of words, 拼音 and initials, 简/繁, synonyms, facets, ranked.

`terms` turns a text into lexemes, `document` an entry into two weighted vectors, `question` what somebody typed into a
query over them, and `finding` asks PostgreSQL.
"""
