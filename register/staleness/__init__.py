"""How records age: when they are due, what their pages say of them, how they end, and by which words."""
