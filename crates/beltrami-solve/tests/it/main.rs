//! The crate as its users see it; `cargo test -p beltrami-solve --test it NAME` runs the tests of one file.

mod formula;
mod kink;
mod linear;
mod minimize;
mod roots;
mod units;
