//! JSON for editors and scripts.

use serde_json::{Value, json};

use crate::{Diagnostic, Label, Sources};

/// An array with one object for each diagnostic.
///
/// Fields: `severity`, `code`, `slug`, `message`, `file`, `line`, `column`, `end_line`, `end_column`, `label`,
/// `related` (`file`, `line`, `column`, `end_line`, `end_column`, `text`), `hint`, `explain`.
/// What is not there is `null`.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    Value::Array(diagnostics.iter().map(|diagnostic| object(diagnostic, sources)).collect())
}

fn object(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut object = match &diagnostic.primary {
        Some(label) => place(label, sources),
        None => json!({
            "file": null, "line": null, "column": null, "end_line": null, "end_column": null,
        }),
    };
    let related: Vec<Value> = diagnostic
        .secondary
        .iter()
        .map(|label| {
            let mut related = place(label, sources);
            related["text"] = json!(label.text);
            related
        })
        .collect();
    object["severity"] = json!(diagnostic.severity.name());
    object["code"] = json!(diagnostic.code.id);
    object["slug"] = json!(diagnostic.code.slug);
    object["message"] = json!(diagnostic.message);
    object["label"] = json!(diagnostic.primary.as_ref().map(|label| &label.text));
    object["related"] = Value::Array(related);
    object["hint"] = json!(diagnostic.hint.as_ref().map(ToString::to_string));
    object["explain"] = json!(format!("beltrami explain {}", diagnostic.code.id));
    object
}

fn place(label: &Label, sources: &Sources) -> Value {
    match sources.get(label.source) {
        Some(source) => {
            let start = source.position(label.span.start);
            let end = source.position(label.span.end.max(label.span.start));
            json!({
                "file": source.name,
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
            })
        }
        None => json!({
            "file": null, "line": null, "column": null, "end_line": null, "end_column": null,
        }),
    }
}
