"""Classification codes on screen: the tree in force, and versions of it."""
