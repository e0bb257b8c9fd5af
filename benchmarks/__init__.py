"""What the published tables are measured with: one file a table, run as `python -m benchmarks.NAME`."""
