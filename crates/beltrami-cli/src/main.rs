//! The beltrami command.
fn main() {}
