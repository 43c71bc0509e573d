//! Every operation of the registry keeps what its record and its page promise; a new one is tested because it exists.

mod continuity;
mod differentials;
mod index_form;
mod maps;
mod pages;
mod points;
mod rules;
mod samples;
