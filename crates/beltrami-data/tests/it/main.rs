//! The crate as its users see it; `cargo test -p beltrami-data --test it NAME` runs the tests of one file.

mod damage;
mod output;
mod reader;
