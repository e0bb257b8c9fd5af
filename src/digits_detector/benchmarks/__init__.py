"""What the README's tables are measured with: a file a table, and a command each."""
