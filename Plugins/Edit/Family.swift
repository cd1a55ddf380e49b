// Edit operations
