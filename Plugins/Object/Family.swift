// Object operations
