//! Every operation of the registry keeps what its record and its page promise; a new one is tested because it exists.

#[path = "conformance/differentials.rs"]
mod differentials;
#[path = "conformance/index_form.rs"]
mod index_form;
#[path = "conformance/maps.rs"]
mod maps;
#[path = "conformance/pages.rs"]
mod pages;
#[path = "conformance/points.rs"]
mod points;
#[path = "conformance/rules.rs"]
mod rules;
#[path = "conformance/samples.rs"]
mod samples;
