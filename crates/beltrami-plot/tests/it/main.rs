//! The crate as its users see it; `cargo test -p beltrami-plot --test it NAME` runs the tests of one file.

mod axes;
mod drawing;
mod letters;
mod refusal;
mod sample;
