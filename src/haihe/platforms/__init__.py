"""N平台 · what citizens, clerks and officers see."""
