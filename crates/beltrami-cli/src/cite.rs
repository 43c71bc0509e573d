//! `beltrami cite`.

use beltrami::{Error, Session, citations};
use serde_json::json;

use crate::arguments::Cite;
use crate::input::Input;
use crate::report::Report;

/// The works that an expression rests on.
pub fn run(asked: &Cite, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let program = input.program(asked.given.program())?;
    let declarations = asked.given.declarations.join("\n");
    let loaded = Session::global().load(&program.name, &program.text, &declarations, &[])?;
    let works = citations(&loaded.program.graph, loaded.program.root);
    if as_json {
        let all: Vec<_> =
            works.iter().map(|w| json!({ "key": w.key, "bibtex": w.bibtex })).collect();
        return Ok(Report::json(&json!({ "references": all })));
    }
    Ok(Report::result(works.into_iter().map(|work| work.bibtex).collect::<Vec<_>>().join("\n\n")))
}
