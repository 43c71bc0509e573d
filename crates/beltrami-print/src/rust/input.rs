//! How a printed module takes its inputs: parameters, shapes, sizes.

use std::sync::Arc;

use beltrami_core::Dim;

use crate::module::Unsupported;
use crate::program::shape::{self, rank};
use crate::signature::{Input, Signature, Sizes, described, has_word};
use crate::size::{self, Arithmetic};

/// Sizes that are smaller than expected give 0, which the check of shapes refuses.
const RUST: Arithmetic = Arithmetic { minus: "#1.saturating_sub(#2)", over: "/" };

/// The inputs of a module, and the sizes that its functions need.
pub(super) struct Inputs<'a> {
    signature: &'a Signature,
    /// Sizes that no shape determines, which are parameters.
    unknown: Vec<(Arc<str>, String)>,
    /// Sizes that are found in shapes, with the code that finds them.
    found: Vec<(String, String)>,
    /// The identifiers of sizes that the functions use.
    needed: Vec<String>,
}

impl Inputs<'_> {
    /// The inputs of functions with this code.
    pub fn of<'a>(signature: &'a Signature, code: &str) -> Result<Inputs<'a>, Unsupported> {
        if signature.inputs.iter().any(|input| rank(&input.shape) > 2) {
            return Err(Unsupported::new("an input of more than two axes"));
        }
        let known: Vec<(String, Dim)> = signature
            .inputs
            .iter()
            .flat_map(|input| lengths(input).into_iter().zip(shape::axes(&input.shape)))
            .collect();
        let Sizes { unknown, found } = signature.solved(&known, &RUST, code)?;
        let words = found.iter().map(|(word, _)| word.clone());
        let needed = words.filter(|word| has_word(code, word)).collect();
        Ok(Inputs { signature, unknown, found, needed })
    }

    /// The head of a function of all inputs.
    pub fn head(&self, name: &str, result: &str) -> String {
        let parameters: Vec<String> = self
            .signature
            .inputs
            .iter()
            .map(|input| format!("{}: {}", input.word, kind(input)))
            .chain(self.unknown.iter().map(|(_, word)| format!("{word}: usize")))
            .collect();
        let line = format!("{name}({}) -> {result}", parameters.join(", "));
        if line.len() <= 98 {
            return line;
        }
        let lines: String = parameters.iter().map(|p| format!("    {p},\n")).collect();
        format!("{name}(\n{lines}) -> {result}")
    }

    /// The statement that checks the inputs of a function with this code and finds the sizes it uses.
    pub fn read(&self, code: &str) -> String {
        let arguments: Vec<&str> = self
            .signature
            .inputs
            .iter()
            .map(|input| input.word.as_str())
            .chain(self.unknown.iter().map(|(_, word)| word.as_str()))
            .collect();
        let call = format!("sizes({})?;", arguments.join(", "));
        let used = |word: &String| has_word(code, word);
        if !self.needed.iter().any(used) {
            return format!("    {call}\n");
        }
        let names: Vec<&str> =
            self.needed.iter().map(|word| if used(word) { word.as_str() } else { "_" }).collect();
        format!("    let [{}] = {call}\n", names.join(", "))
    }

    /// The function that checks the inputs.
    pub fn reader(&self) -> String {
        let mut lines = Vec::new();
        let mut checks = Vec::new();
        for (_, word) in &self.unknown {
            checks.push(format!("expect(\"{word}\", \"a size\", &[{word}.max(1)], &[{word}])?;"));
        }
        for input in &self.signature.inputs {
            let expected: Vec<String> = shape::axes(&input.shape)
                .iter()
                .map(|dim| size::size(dim, &self.signature.sizes))
                .collect();
            if !expected.is_empty() {
                checks.push(format!(
                    "expect(\"{}\", \"{}\", &[{}], &[{}])?;",
                    input.name,
                    described(&input.shape),
                    expected.join(", "),
                    lengths(input).join(", ")
                ));
            }
        }
        let checked = checks.join("\n");
        for (place, (word, code)) in self.found.iter().enumerate() {
            let later = self.found[place + 1..].iter().any(|(_, later)| has_word(later, word));
            if later || has_word(&checked, word) || self.needed.contains(word) {
                lines.push(format!("let {word} = {code};"));
            }
        }
        lines.append(&mut checks);
        let (kind, result) = match self.needed.as_slice() {
            [] => (String::from("()"), String::from("()")),
            needed => (format!("[usize; {}]", needed.len()), format!("[{}]", needed.join(", "))),
        };
        lines.push(format!("Ok({result})"));
        let head = self.head("fn sizes", &format!("Result<{kind}, Error>"));
        let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        format!("/// The sizes of the inputs, checked.\n{head} {{\n{body}}}\n")
    }
}

/// The sizes of an input in code.
fn lengths(input: &Input) -> Vec<String> {
    let word = &input.word;
    match rank(&input.shape) {
        0 => Vec::new(),
        1 => vec![format!("{word}.nrows()")],
        _ => vec![format!("{word}.nrows()"), format!("{word}.ncols()")],
    }
}

fn kind(input: &Input) -> &'static str {
    match rank(&input.shape) {
        0 => "f64",
        1 => "ColRef<'_, f64>",
        _ => "MatRef<'_, f64>",
    }
}
