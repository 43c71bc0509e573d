//! `beltrami explain [CODE]`.

use beltrami::Error;
use beltrami::diag::{Code, codes, nearest};
use beltrami_report::{CodePage, Codes};

use crate::page;
use crate::report::{Report, refusal};

/// The page of a code, or the list of all codes.
pub fn run(name: Option<&str>, as_json: bool) -> Result<Report, Error> {
    let Some(name) = name else { return Ok(list(as_json)) };
    let Some(code) = Code::find(name.trim()) else { return Err(unknown(name.trim())) };
    if as_json {
        return Ok(Report::answer(&CodePage::new(code), true));
    }
    Ok(Report::result(page::rendered(code.page)))
}

fn list(as_json: bool) -> Report {
    if as_json {
        return Report::answer(&Codes::all(), true);
    }
    let width = codes::ALL.iter().map(|code| code.slug.len()).max().unwrap_or(0);
    let lines: Vec<String> = codes::ALL
        .iter()
        .map(|c| format!("\u{1b}[1m{}\u{1b}[0m  {:width$}  {}", c.id, c.slug, c.title))
        .collect();
    Report::result(lines.join("\n"))
}

fn unknown(name: &str) -> Error {
    let upper = name.to_uppercase();
    let numbers = codes::ALL.iter().map(|code| code.id);
    let found =
        nearest(&upper, numbers).or_else(|| nearest(name, codes::ALL.iter().map(|code| code.slug)));
    let hint = match found {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`beltrami explain` lists all codes".into(),
    };
    refusal(&codes::E0701, format!("there is no error or warning `{name}`"), Some(hint))
}
