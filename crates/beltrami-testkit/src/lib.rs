//! Random well-typed expressions and finite differences for the tests.
