//! The passes of a derivation, each on a registry of a dozen operations; `cargo test -p beltrami-calculus --test it NAME`
//! runs the tests of one file.

mod derivation;
mod differentiation;
mod normal_form;
mod opening;
mod product_rule;
mod raising;
mod simplification;
mod stable_form;
mod support;
