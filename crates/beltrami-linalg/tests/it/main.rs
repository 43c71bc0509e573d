//! The crate as its users see it; `cargo test -p beltrami-linalg --test it NAME` runs the tests of one file.

mod clip;
mod decompositions;
mod factorisations;
mod functions;
mod invroot;
mod maps;
mod matfun;
mod odd;
mod operator;
mod orthogonal;
mod polar;
mod polar_stress;
mod principal;
mod random;
mod sample;
mod schedule;
mod singular_values;
mod stress_set;
mod structured;
mod truncate;
