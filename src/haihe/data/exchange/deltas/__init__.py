"""Files that hold only what changed: each row says what becomes of its key, and is merged over the snapshot in use.

Words: 增量 delta, 全量 full, 基础 base (the snapshot that a delta is merged over), 操作 operation. What comes out is a
snapshot like any other, whole and never changed again; a delta alone is never one (docs/exchange.md, "Changes alone").
"""
