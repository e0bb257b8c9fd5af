"""Finished experiments with their results: the hyper-parameter search, seeds, the ablation, the GPU sprint."""
