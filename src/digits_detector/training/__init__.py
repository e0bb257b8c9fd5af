"""From data to the shipped model; nothing that serves imports this."""
