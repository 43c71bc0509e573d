//! `beltrami help [OP]`.

use beltrami::Failure;

use crate::report::Report;

/// The manual page of an operation, or the list of all.
pub fn run(_name: Option<&str>, _as_json: bool) -> Result<Report, Failure> {
    Ok(Report::default())
}
