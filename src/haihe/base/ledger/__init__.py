"""The append-only record of every use of personal data, sealed in signed Merkle batches.

Words: record 使用记录, evidence 凭证号, seal 封存, batch 批次.
"""
