//! Pages have their sections, and their examples say what the product says.

use std::collections::BTreeMap;

use beltrami::engine::core::{ExprId, Node};
use beltrami::{
    DeriveOptions, Drawn, Form, Layout, Sampler, Session, Style, Symmetric, size_names,
};

use super::points::{difference, messages, none_wrong};

/// A value that an example gives is compared with the derivative at random points: rounding alone separates them.
const TOLERANCE: f64 = 1e-9;

/// An example of a page: a command and what it prints or gives.
struct Example {
    file: &'static str,
    verb: String,
    text: String,
    options: DeriveOptions,
    to_the_letter: bool,
    expected: String,
}

#[test]
fn every_page_has_its_sections_and_references() {
    let bibliography = include_str!("../../../references.bib");
    let mut wrong = Vec::new();
    for id in Session::global().registry.ids() {
        let entry = Session::global().registry.entry(id);
        let page = entry.page();
        let mut needed = vec!["## Shape", "## Examples"];
        if !entry.op.params.is_empty() {
            needed.push("## Derivative");
        }
        for section in needed.into_iter().filter(|section| !page.contains(section)) {
            wrong.push(format!("{}: no section `{section}`", entry.file));
        }
        for key in
            entry.op.references.iter().filter(|key| !bibliography.contains(&format!("{{{key},")))
        {
            wrong.push(format!("{}: `{key}` is not in references.bib", entry.file));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn every_example_of_a_page_is_true() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for id in Session::global().registry.ids() {
        let entry = Session::global().registry.entry(id);
        for line in entry.page().lines().filter(|line| line.starts_with("- `beltrami ")) {
            match example(entry.file, line) {
                Some(example) => {
                    checked += 1;
                    let outcome = check(&example);
                    wrong.extend(
                        outcome.err().map(|why| format!("{}: {line}\n    {why}", example.file)),
                    );
                }
                // A formula that is no expression of the language is for the reader.
                None if line.ends_with('$') => {}
                None => wrong.push(format!("{}: no example: {line}", entry.file)),
            }
        }
    }
    assert!(checked > 60, "{checked} examples");
    none_wrong(&wrong);
}

fn check(example: &Example) -> Result<(), String> {
    if example.verb == "eval" {
        return compare(&example.text, &example.expected, &example.options.declarations);
    }
    let derivations = Session::global().derive("<example>", &example.text, &example.options);
    let derivation = derivations.map_err(|failure| messages(&failure))?.remove(0);
    let printed = derivation.text();
    if example.to_the_letter {
        return if printed == example.expected {
            Ok(())
        } else {
            Err(format!("prints `{printed}`"))
        };
    }
    let declarations = declared(&derivation.graph, &derivation.variables);
    compare(&printed, &example.expected, &declarations)
        .map_err(|why| format!("prints `{printed}`: {why}"))
}

/// The variables with the shapes that were found for them.
fn declared(graph: &beltrami::engine::core::Graph, variables: &[Drawn]) -> String {
    let declaration = |v: &Drawn| {
        let shape = graph.shape(v.id);
        let facts = graph.facts(v.id);
        if shape.is_scalar() {
            return format!("{}: scalar", v.name);
        }
        if facts.has(beltrami::engine::core::Facts::SYMMETRIC) {
            return format!("{}: symmetric({})", v.name, shape.rows);
        }
        if shape.is_vector() {
            return format!("{}: vector({})", v.name, shape.rows);
        }
        format!("{}: matrix({},{})", v.name, shape.rows, shape.cols)
    };
    variables.iter().map(declaration).collect::<Vec<_>>().join(", ")
}

/// Whether two expressions have the same value at random points.
fn compare(own: &str, expected: &str, declarations: &str) -> Result<(), String> {
    let joined = format!("({own}) - ({expected})");
    let loaded = Session::global()
        .load("<example>", &joined, declarations, &[])
        .map_err(|failure| messages(&failure))?;
    let program = loaded.program;
    let Node::Apply(_, args) = program.graph.node(program.root) else {
        return Err("no difference".into());
    };
    let (left, right): (ExprId, ExprId) = (args[0], args[1]);
    let variables: Vec<Drawn> = program
        .variables
        .iter()
        .map(|v| Drawn { name: v.name.clone(), id: v.id, range: v.range })
        .collect();
    let mut roots = vec![program.root];
    roots.extend(variables.iter().map(|v| v.id));
    let names = size_names(&program.graph, &roots);
    let sizes: BTreeMap<String, i64> = names.into_iter().zip([3, 4, 2, 5]).collect();
    let mut sampler = Sampler::new(5);
    let mut found = 0;
    for attempt in 0..40 {
        let style = |_: &str| Style::ALL[attempt % 4];
        let values =
            sampler.values(&program.graph, &variables, &sizes, &style).ok_or("no sizes")?;
        let at = |root| {
            beltrami::engine::exec::evaluate::<f64>(
                &program.graph,
                root,
                &|n| sizes.get(n).copied(),
                &|n| values.get(n).cloned(),
            )
        };
        let (Ok(a), Ok(b)) = (at(left), at(right)) else { continue };
        if a.data().iter().chain(b.data()).any(|x| !x.is_finite()) {
            continue;
        }
        let gap = difference(&a, &b);
        if gap > TOLERANCE {
            return Err(format!("differs by {gap:.1e}"));
        }
        found += 1;
        if found == 3 {
            return Ok(());
        }
    }
    Err("no point found".into())
}

/// Reads `` - `beltrami verb 'text' --options` prints `result` ``.
fn example(file: &'static str, line: &str) -> Option<Example> {
    let rest = line.strip_prefix("- `beltrami ")?;
    let (command, rest) = rest.split_once('`')?;
    let (word, result) = rest.trim().split_once(' ')?;
    let result = result
        .trim()
        .strip_prefix('`')
        .and_then(|r| r.strip_suffix('`'))
        .or(Some(result))
        .filter(|r| !r.contains('$'))?;
    let words = words(command);
    let mut options = DeriveOptions::default();
    let mut at = 2;
    while let Some(option) = words.get(at) {
        let value = words.get(at + 1)?.as_str();
        match option.as_str() {
            "--by" => options.by = value.split(',').map(str::to_string).collect(),
            "--let" => options.declarations = value.into(),
            "--order" => options.order = Some(value.parse().ok()?),
            "--layout" => {
                options.layout =
                    if value == "denominator" { Layout::Denominator } else { Layout::Numerator }
            }
            "--form" => {
                options.form = match value {
                    "kron" => Form::Kron,
                    "index" => Form::Index,
                    "operator" => Form::Operator,
                    _ => Form::Matrix,
                }
            }
            "--symmetric" => {
                options.symmetric = match value {
                    "free" => Symmetric::Free,
                    "ambient" => Symmetric::Ambient,
                    _ => Symmetric::Frobenius,
                }
            }
            _ => return None,
        }
        at += 2;
    }
    Some(Example {
        file,
        verb: words.first()?.clone(),
        text: words.get(1)?.clone(),
        options,
        to_the_letter: word == "prints",
        expected: result.into(),
    })
}

/// The words of a command line, quoted ones whole.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote: Option<char> = None;
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ' ' => words.push(String::new()),
            _ => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
