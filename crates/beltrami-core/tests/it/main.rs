//! The crate as its users see it; `cargo test -p beltrami-core --test it NAME` runs the tests of one file.

mod expression;
mod map;
mod structure;
mod support;
mod template;
