//! `beltrami cite`.

use beltrami::{Error, Session, citations};
use beltrami_report::References;

use crate::arguments::Cite;
use crate::input::Input;
use crate::report::Report;

/// The works that an expression rests on.
pub fn run(asked: &Cite, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let program = input.program(asked.given.program())?;
    let declarations = asked.given.declarations.join("\n");
    let loaded = Session::global().load(&program.name, &program.text, &declarations, &[])?;
    let works = citations(&loaded.program.graph, loaded.program.root);
    Ok(Report::answer(&References::new(works), as_json))
}
