//! The crate as its users see it; `cargo test -p beltrami --test it NAME` runs the tests of one file.

mod acceptance;
mod budget;
mod check;
mod compared;
mod conformance;
mod domain;
mod function;
mod local;
mod minimize;
mod operator;
mod plan;
mod plan_memory;
mod plan_pass;
mod plan_random;
mod plan_structure;
mod planted_fault;
mod property;
mod refusal;
mod replay;
mod roots;
mod smooth;
mod spelling;
mod spelling_random;
mod stable;
mod steps;
mod table;
