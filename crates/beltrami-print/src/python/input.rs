//! How a printed module reads its inputs: names, shapes, sizes.

use beltrami_core::Dim;

use super::library::Library;
use super::name;
use crate::identifier::Identifiers;
use crate::module::{Module, Unsupported};
use crate::program::shape::{self, rank};
use crate::signature::{Signature, Sizes, described, has_word};
use crate::size::{self, Arithmetic};

const PYTHON: Arithmetic = Arithmetic { minus: "(#1 - #2)", over: "//" };

/// The inputs of a module and what its functions need of them.
pub(super) struct Inputs {
    /// The inputs and sizes with their Python names.
    pub signature: Signature,
    /// The Python names the functions need, in order.
    needed: Vec<String>,
}

impl Inputs {
    /// The inputs of a module, and the sizes that occur in it.
    pub fn of(module: &Module<'_>) -> Inputs {
        let reserved = name::RESERVED.iter().chain(&name::SPECIAL).copied();
        let signature = Signature::of(module, Identifiers::new(reserved), name::spelled);
        Inputs { signature, needed: Vec::new() }
    }

    /// The Python function that reads the inputs; `code` is the text of the functions that need them.
    pub fn reader(&mut self, code: &str, library: &Library) -> Result<String, Unsupported> {
        let signature = &self.signature;
        let axis = |word: &str, place: usize| format!("{word}.shape[{place}]");
        let known: Vec<(String, Dim)> = signature
            .inputs
            .iter()
            .flat_map(|input| {
                let axes = shape::axes(&input.shape).into_iter().enumerate();
                axes.map(|(place, dim)| (axis(&input.word, place), dim))
            })
            .collect();
        let Sizes { unknown, found } = signature.solved(&known, &PYTHON, code)?;
        let names = signature.inputs.iter().map(|input| &*input.name);
        let all: Vec<&str> = names.chain(unknown.iter().map(|(name, _)| &**name)).collect();
        let mut lines = checked_names(&all);
        let (first, further) = library.reading;
        lines.extend(first.iter().map(|line| String::from(*line)));
        for input in &signature.inputs {
            let (key, word, shape) = (quoted(&input.name), &input.word, &input.shape);
            lines.push(format!(
                "{word} = _array({key}, inputs[{key}], {}, {}{further})",
                rank(shape),
                quoted(&described(shape))
            ));
        }
        for (name, word) in &unknown {
            let key = quoted(name);
            lines.push(format!("{word} = _size({key}, inputs[{key}])"));
        }
        let mut checks = Vec::new();
        for input in &signature.inputs {
            let (name, word, shape) = (&input.name, &input.word, &input.shape);
            let own = |place: usize, dim: &Dim| {
                let code = axis(word, place);
                let word = dim.as_symbol().and_then(|name| signature.sizes.get(name));
                found.iter().any(|(found, from)| *from == code && Some(found) == word)
            };
            let axes = shape::axes(shape);
            if !axes.iter().enumerate().all(|(place, dim)| own(place, dim)) {
                let sizes = size::tuple(&axes, &signature.sizes);
                checks.push(format!(
                    "_expect({}, {word}, {sizes}, {})",
                    quoted(name),
                    quoted(&described(shape))
                ));
            }
        }
        for (place, (word, from)) in found.iter().enumerate() {
            let later = found[place + 1..].iter().any(|(_, later)| has_word(later, word));
            if later || has_word(code, word) || checks.iter().any(|check| has_word(check, word)) {
                lines.push(format!("{word} = {from}"));
            }
        }
        lines.append(&mut checks);
        let words = signature.inputs.iter().map(|input| &input.word);
        let words = words.chain(signature.sizes.values());
        self.needed = words.filter(|word| has_word(code, word)).cloned().collect();
        lines.push(format!("return {}", size::tuple_of(&self.needed)));
        let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        Ok(format!(
            "def _read(inputs):\n    \"\"\"The inputs as arrays and their sizes, checked.\"\"\"\n{body}"
        ))
    }

    /// The identifier of an input with as many axes as there are, for its dtype.
    pub fn like(&self) -> Option<&str> {
        let largest = self.signature.inputs.iter().rev().max_by_key(|i| rank(&i.shape).min(1));
        largest.map(|input| input.word.as_str())
    }

    /// The line of a function that reads the inputs.
    pub fn unpacked(&self) -> String {
        match self.needed.as_slice() {
            [] => String::from("    _read(inputs)\n"),
            [only] => format!("    ({only},) = _read(inputs)\n"),
            several => format!("    {} = _read(inputs)\n", several.join(", ")),
        }
    }
}

fn checked_names(all: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    let keys: Vec<String> = all.iter().map(|name| quoted(name)).collect();
    if all.iter().any(|name| name.chars().any(|c| name::normal(c) != c)) {
        // Python reads these letters in keywords as others.
        let pairs: Vec<String> = all
            .iter()
            .map(|name| (name, name.chars().map(name::normal).collect::<String>()))
            .filter(|(_, normal)| !all.contains(&normal.as_str()))
            .map(|(name, normal)| format!("{}: {}", quoted(&normal), quoted(name)))
            .collect();
        lines.push(format!("spelled = {{{}}}", pairs.join(", ")));
        lines.push(String::from(
            "inputs = {spelled.get(name, name): value for name, value in inputs.items()}",
        ));
    }
    lines.push(format!("names = {}", size::tuple_of(&keys)));
    for (test, word) in [
        ("name not in names for name in inputs", "unexpected"),
        ("name not in inputs for name in names", "missing"),
    ] {
        let (condition, source) = test.split_once(" for name in ").unwrap_or((test, ""));
        lines.push(format!("for name in {source}:"));
        lines.push(format!("    if {condition}:"));
        lines.push(format!(
            "        raise TypeError(f\"{word} input {{name}}; the inputs are {}\")",
            if all.is_empty() { String::from("none") } else { all.join(", ") }
        ));
    }
    lines
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
