//! The crate as its users see it; `cargo test -p beltrami-elab --test it NAME` runs the tests of one file.

mod errors;
mod identities;
mod robust;
mod shapes;
mod support;
mod theory;
