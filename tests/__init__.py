"""The kit's own tests; nothing here can enter a report."""
