// Vips operations
