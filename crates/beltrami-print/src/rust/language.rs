//! Entries, loops and statements in Rust.

use beltrami_core::{Map, Number};

use crate::loops::{Body, Fold, Language, Level, Nest, Out, Text};
use crate::program::ArrayId;
use crate::signature::has_word;

/// Rust with faer.
pub(super) struct Rust;

/// Lines of code are about this long at most.
const WIDTH: usize = 96;

impl Language for Rust {
    fn title(&self) -> &'static str {
        "Rust with faer"
    }

    fn read(&self, name: &str, _: &[Text], at: &[Text]) -> Text {
        let at: Vec<&str> = at.iter().map(|index| index.text.as_str()).collect();
        Text::atom(match at.as_slice() {
            [i] => format!("{name}[{i}]"),
            [i, j] => format!("{name}[({i}, {j})]"),
            several => format!("{name}[[{}]]", several.join(", ")),
        })
    }

    fn number(&self, number: Number) -> Text {
        let text = number.to_string();
        match text.split_once('/') {
            Some((p, q)) => Text::new(format!("{p}.0 / {q}.0"), Level::Product),
            None => Text::atom(format!("{:?}", number.to_f64())),
        }
    }

    fn converted(&self, size: &Text) -> Text {
        Text::new(format!("{} as f64", size.at(Level::Atom)), Level::Sign)
    }

    fn choice(&self, condition: &str, yes: &Text, no: &Text) -> Text {
        let no = match no.level {
            Level::Choice => format!("else {}", no.text),
            _ => format!("else {{ {} }}", no.text),
        };
        Text::new(format!("if {condition} {{ {} }} {no}", yes.text), Level::Choice)
    }

    fn map(&self, map: Map, a: &Text) -> Text {
        let name = map.record().spelling.rust;
        match name.strip_prefix('.') {
            Some(name) => method(name, a, ""),
            None => Text::atom(format!("{name}({})", a.text)),
        }
    }

    fn power(&self, a: &Text, b: &Text, exponent: Option<Number>) -> Text {
        let integer = exponent.and_then(Number::as_int).filter(|k| k.unsigned_abs() < 1 << 31);
        match integer {
            Some(k) => method("powi", a, &k.to_string()),
            None => method("powf", a, &b.text),
        }
    }

    fn bind(&self, body: &mut Body<'_>, id: ArrayId) -> Out<()> {
        let text = self.expression(body, id)?.text;
        let name = body.fresh();
        body.lines.push(format!("let {name} = {text};"));
        body.known(id, Text::atom(name));
        Ok(())
    }

    fn inline(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Option<Text>> {
        self.expression(body, id).map(Some)
    }
}

/// Loops as an expression.
pub(super) fn nested(nest: Nest) -> Text {
    let index = |name: &str, inside: &str| {
        if has_word(inside, name) { name.to_owned() } else { String::from("_") }
    };
    let mut text = nest.entry.text;
    // The first axis is the fast one of a matrix, so its loop is the inner one.
    for (i, n) in &nest.folded {
        let fold = if nest.fold == Fold::Sum { "sum(" } else { "largest(" };
        text = format!("{fold}{}, |{}| {text})", n.text, index(i, &text));
    }
    let level = if nest.folded.is_empty() { nest.entry.level } else { Level::Atom };
    let at: Vec<String> = nest.kept.iter().map(|(i, _)| index(i, &text)).collect();
    let sizes: Vec<&str> = nest.kept.iter().map(|(_, n)| n.text.as_str()).collect();
    let (at, sizes) = (at.join(", "), sizes.join(", "));
    let (made, at) = match nest.kept.len() {
        0 => return Text::new(text, level),
        1 => (format!("Col::from_fn({sizes}"), at),
        2 => (format!("Mat::from_fn({sizes}"), at),
        _ => (format!("Tensor::from_fn([{sizes}]"), format!("[{at}]")),
    };
    // Numbers alone have no type that methods could be looked up in.
    let made = match text.contains('[') || nest.kept.len() > 2 {
        true => made,
        false => made.replacen("::", "::<f64>::", 1),
    };
    let line = format!("{made}, |{at}| {text})");
    Text::atom(match line.len() > WIDTH {
        true => format!("{made}, |{at}| {{\n    {text}\n}})"),
        false => line,
    })
}

/// A function of floating-point numbers; a literal has no type that methods could be looked up in.
fn method(name: &str, a: &Text, argument: &str) -> Text {
    let typed = a.text.contains(|c: char| c.is_alphabetic()) && a.text.parse::<f64>().is_err();
    Text::atom(match (typed, argument) {
        (true, _) => format!("{}.{name}({argument})", a.at(Level::Atom)),
        (false, "") => format!("f64::{name}({})", a.text),
        (false, _) => format!("f64::{name}({}, {argument})", a.text),
    })
}
