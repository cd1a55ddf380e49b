// Segment operations
