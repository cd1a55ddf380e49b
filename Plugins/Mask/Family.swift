// Mask operations
