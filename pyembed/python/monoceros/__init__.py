"""The Python half of the server; imported from memory."""
