//! The crate as its users see it; `cargo test -p beltrami-cli --test it NAME` runs the tests of one file.

mod claims_minimize;
mod claims_numeric;
mod claims_roots;
mod claims_systems;
mod command;
mod cost;
mod critical;
mod derive;
mod errors;
mod eval;
mod files;
mod funm;
mod golden;
mod interrupt;
mod linear;
mod local;
mod manual;
mod minimize;
mod operator;
mod polar;
mod roots;
mod schedule;
mod svd;
