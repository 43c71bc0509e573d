//! The crate as its users see it; `cargo test -p beltrami-print --test it NAME` runs the tests of one file.

mod languages;
mod latex;
mod library;
mod numpy;
mod printed;
mod reader;
mod text;
