"""Past nights decided again: the same folds and the same swaps, judged by what happened."""
