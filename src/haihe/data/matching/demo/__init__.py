"""Made-up registers for measuring: what `haihe bench matching` compares and links, and what it is held against."""
