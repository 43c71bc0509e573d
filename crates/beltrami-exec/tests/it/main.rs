//! The crate as its users see it; `cargo test -p beltrami-exec --test it NAME` runs the tests of one file.

mod einsum;
mod evaluate;
mod jets;
mod kernels;
mod map;
mod sample;
mod taylor;
