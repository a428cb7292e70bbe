"""A month of a whole city: everybody acts by drawn behaviours, and everything goes through the workflows."""
