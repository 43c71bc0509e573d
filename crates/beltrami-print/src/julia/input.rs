//! How a printed file takes its inputs: keywords, shapes, sizes.

use std::sync::Arc;

use beltrami_core::Dim;

use super::quoted;
use crate::module::Unsupported;
use crate::program::shape::{self, rank};
use crate::signature::{Input, Signature, Sizes, described, has_word};
use crate::size::{self, Arithmetic};

const JULIA: Arithmetic = Arithmetic { minus: "(#1 - #2)", over: "÷" };

/// The inputs of a file, and what its functions need of them.
pub(super) struct Inputs<'a> {
    signature: &'a Signature,
    /// Sizes that no shape determines, which are keywords.
    unknown: Vec<(Arc<str>, String)>,
    /// Sizes that are found in shapes, with the code that finds them.
    found: Vec<(String, String)>,
    /// The identifiers of inputs and sizes that the functions use.
    needed: Vec<String>,
}

impl Inputs<'_> {
    /// The inputs of functions with this code.
    pub fn of<'a>(signature: &'a Signature, code: &str) -> Result<Inputs<'a>, Unsupported> {
        let known: Vec<(String, Dim)> = signature
            .inputs
            .iter()
            .flat_map(|input| {
                let axes = shape::axes(&input.shape).into_iter().enumerate();
                axes.map(|(place, dim)| (axis(input, place), dim))
            })
            .collect();
        let Sizes { unknown, found } = signature.solved(&known, &JULIA, code)?;
        let inputs = signature.inputs.iter().map(|input| input.word.clone());
        let words = inputs.chain(found.iter().map(|(word, _)| word.clone()));
        let needed = words.filter(|word| has_word(code, word)).collect();
        Ok(Inputs { signature, unknown, found, needed })
    }

    /// A call of a function.
    pub fn call(&self, name: &str) -> String {
        format!("{name}(; {})", self.words().join(", "))
    }

    /// The head of a function.
    pub fn head(&self, name: &str) -> String {
        let kinds = self.signature.inputs.iter().map(|input| match rank(&input.shape) {
            0 => "Real",
            1 => "AbstractVector{<:Real}",
            _ => "AbstractMatrix{<:Real}",
        });
        let kinds = kinds.chain(self.unknown.iter().map(|_| "Integer"));
        let keywords: Vec<String> =
            self.words().iter().zip(kinds).map(|(word, kind)| format!("{word}::{kind}")).collect();
        let line = format!("function {name}(; {})", keywords.join(", "));
        if line.len() <= 100 {
            return line;
        }
        format!("function {name}(;\n    {},\n)", keywords.join(",\n    "))
    }

    /// The statement that reads the inputs for a function with this code.
    pub fn read(&self, code: &str) -> String {
        let call = format!("_read({})", self.words().join(", "));
        let used = |word: &String| has_word(code, word);
        let names: Vec<&str> =
            self.needed.iter().map(|word| if used(word) { word.as_str() } else { "_" }).collect();
        match names.as_slice() {
            names if names.iter().all(|name| *name == "_") => format!("    {call}\n"),
            several => format!("    {} = {call}\n", several.join(", ")),
        }
    }

    /// The function that reads the inputs.
    pub fn reader(&self) -> String {
        let inputs = &self.signature.inputs;
        let mut lines = Vec::new();
        for (name, word) in &self.unknown {
            let text = format!("{name}: expected a size, an integer of at least 1, got ");
            let text = quoted(&text);
            lines.push(format!("{word} >= 1 || throw(ArgumentError(\"{text}${word}\"))"));
        }
        let words: Vec<&str> = inputs.iter().map(|input| input.word.as_str()).collect();
        if !words.is_empty() {
            let floats: Vec<String> = words.iter().map(|word| format!("float({word})")).collect();
            lines.push(format!("{} = {}", words.join(", "), floats.join(", ")));
        }
        let mut checks = Vec::new();
        for input in inputs {
            let axes = shape::axes(&input.shape);
            let own = |place: usize, dim: &Dim| {
                let code = axis(input, place);
                let word = dim.as_symbol().and_then(|name| self.signature.sizes.get(name));
                self.found.iter().any(|(found, from)| *from == code && Some(found) == word)
            };
            if !axes.iter().enumerate().all(|(place, dim)| own(place, dim)) {
                checks.push(format!(
                    "_expect(\"{}\", {}, {}, \"{}\")",
                    input.name,
                    input.word,
                    size::tuple(&axes, &self.signature.sizes),
                    described(&input.shape)
                ));
            }
        }
        let checked = checks.join("\n");
        for (place, (word, code)) in self.found.iter().enumerate() {
            let later = self.found[place + 1..].iter().any(|(_, later)| has_word(later, word));
            if later || has_word(&checked, word) || self.needed.contains(word) {
                lines.push(format!("{word} = {code}"));
            }
        }
        lines.append(&mut checks);
        let result = match self.needed.as_slice() {
            [] => String::from("nothing"),
            several => several.join(", "),
        };
        lines.push(format!("return {result}"));
        let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        let head = format!("function _read({})", self.words().join(", "));
        format!(
            "\"The inputs as floating-point numbers and their sizes, checked.\"\n{head}\n{body}end\n"
        )
    }

    fn words(&self) -> Vec<&str> {
        let inputs = self.signature.inputs.iter().map(|input| input.word.as_str());
        inputs.chain(self.unknown.iter().map(|(_, word)| word.as_str())).collect()
    }
}

fn axis(input: &Input, place: usize) -> String {
    match rank(&input.shape) {
        1 => format!("length({})", input.word),
        _ => format!("size({}, {})", input.word, place + 1),
    }
}
