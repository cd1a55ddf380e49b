// File operations
