//! How a printed module reads its inputs: names, shapes, sizes.

use std::sync::Arc;

use beltrami_core::{ExprId, Node, Shape};

use super::library::Library;
use super::name::{self, Identifiers};
use super::size::{self, SizeNames};
use crate::module::{Module, Unsupported};
use crate::program::shape::{self, rank};

/// The inputs of a module and their Python names.
pub(super) struct Inputs {
    /// The inputs with their Python names, in order.
    pub names: Vec<(ExprId, String)>,
    /// The Python names of sizes.
    pub sizes: SizeNames,
    /// The identifiers in use.
    pub identifiers: Identifiers,
    /// Name, Python name and shape of each input.
    declared: Vec<(Arc<str>, String, Shape)>,
    /// The Python names the functions need, in order.
    needed: Vec<String>,
}

impl Inputs {
    /// The inputs of a module, and the sizes that occur in it.
    pub fn of(module: &Module<'_>) -> Inputs {
        let graph = module.graph;
        let mut identifiers = Identifiers::new();
        let mut inputs = Inputs {
            names: Vec::new(),
            sizes: SizeNames::new(),
            declared: Vec::new(),
            needed: Vec::new(),
            identifiers: Identifiers::new(),
        };
        for id in &module.inputs {
            if let Node::Symbol(symbol) = graph.node(*id) {
                let word = identifiers.name(symbol);
                inputs.names.push((*id, word.clone()));
                inputs.declared.push((symbol.clone(), word, graph.shape(*id).clone()));
            }
        }
        let mut dims = Vec::new();
        for root in module.inputs.iter().copied().chain([module.value, module.derivative]) {
            for id in graph.reachable(root) {
                dims.extend(graph.shape(id).axes());
                if let Node::Size(dim) = graph.node(id) {
                    dims.push(dim.clone());
                }
            }
        }
        for symbol in dims.iter().flat_map(|dim| dim.symbols()) {
            let word = || identifiers.name(&symbol);
            inputs.sizes.entry(symbol.clone()).or_insert_with(word);
        }
        inputs.identifiers = identifiers;
        inputs
    }

    /// The Python function that reads the inputs; `code` is the text of the functions that need them.
    pub fn reader(&mut self, code: &str, library: &Library) -> Result<String, Unsupported> {
        let known: Vec<(String, Shape)> =
            self.declared.iter().map(|(_, word, shape)| (word.clone(), shape.clone())).collect();
        let found = size::find(&known, &self.sizes);
        let unknown: Vec<(Arc<str>, String)> = self
            .sizes
            .iter()
            .filter(|(name, word)| {
                !found.iter().any(|size| size.name == **name) && has_word(code, word)
            })
            .map(|(name, word)| (name.clone(), word.clone()))
            .collect();
        if let Some((clash, _)) =
            unknown.iter().find(|(name, _)| self.declared.iter().any(|(input, ..)| input == name))
        {
            return Err(Unsupported::new(format!(
                "size {clash}, which no shape determines and an input is called alike"
            )));
        }
        let all: Vec<&str> = self
            .declared
            .iter()
            .map(|(name, ..)| &**name)
            .chain(unknown.iter().map(|(name, _)| &**name))
            .collect();
        let mut lines = self.checked_names(&all);
        let (first, further) = library.reading;
        lines.extend(first.iter().map(|line| String::from(*line)));
        for (name, word, shape) in &self.declared {
            let key = quoted(name);
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
        for (name, word, shape) in &self.declared {
            let own = |axis: usize, dim: &beltrami_core::Dim| {
                let code = format!("{word}.shape[{axis}]");
                found.iter().any(|size| size.code == code && dim.as_symbol() == Some(&*size.name))
            };
            let axes = shape::axes(shape);
            if !axes.iter().enumerate().all(|(axis, dim)| own(axis, dim)) {
                let sizes = size::tuple(&axes, &self.sizes);
                checks.push(format!(
                    "_expect({}, {word}, {sizes}, {})",
                    quoted(name),
                    quoted(&described(shape))
                ));
            }
        }
        for (place, size) in found.iter().enumerate() {
            let Some(word) = self.sizes.get(&size.name) else { continue };
            let later = found[place + 1..].iter().any(|later| has_word(&later.code, word));
            if later || has_word(code, word) || checks.iter().any(|check| has_word(check, word)) {
                lines.push(format!("{word} = {}", size.code));
            }
        }
        lines.append(&mut checks);
        let words = self.declared.iter().map(|(_, word, _)| word).chain(self.sizes.values());
        self.needed = words.filter(|word| has_word(code, word)).cloned().collect();
        lines.push(format!("return {}", size::tuple_of(&self.needed)));
        let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        Ok(format!(
            "def _read(inputs):\n    \"\"\"The inputs as arrays and their sizes, checked.\"\"\"\n{body}"
        ))
    }

    /// The identifier of an input with as many axes as there are, for its dtype.
    pub fn like(&self) -> Option<&str> {
        let axes = |(_, _, shape): &&(Arc<str>, String, Shape)| rank(shape).min(1);
        let largest = self.declared.iter().rev().max_by_key(axes);
        largest.map(|(_, word, _)| word.as_str())
    }

    /// The line of a function that reads the inputs.
    pub fn unpacked(&self) -> String {
        match self.needed.as_slice() {
            [] => String::from("    _read(inputs)\n"),
            [only] => format!("    ({only},) = _read(inputs)\n"),
            several => format!("    {} = _read(inputs)\n", several.join(", ")),
        }
    }

    fn checked_names(&self, all: &[&str]) -> Vec<String> {
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
}

/// A shape as it is declared.
fn described(shape: &Shape) -> String {
    match shape::axes(shape).as_slice() {
        [] => String::from("a scalar"),
        [n] if shape.is_row() => format!("row({n})"),
        [n] => format!("vector({n})"),
        axes => {
            let axes: Vec<String> = axes.iter().map(ToString::to_string).collect();
            format!("matrix({})", axes.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether an identifier occurs in Python code.
fn has_word(code: &str, word: &str) -> bool {
    let belongs = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(|c| belongs(c) || c == '.') && !after.is_some_and(belongs)
    })
}
