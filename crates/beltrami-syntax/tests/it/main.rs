//! The crate as its users see it; `cargo test -p beltrami-syntax --test it NAME` runs the tests of one file.

mod diagnostics;
mod parse;
mod robustness;
mod roundtrip;
