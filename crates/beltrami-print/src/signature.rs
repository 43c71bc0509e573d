//! The inputs of a printed program: their identifiers, shapes and sizes.

use std::sync::Arc;

use beltrami_core::{Dim, ExprId, Node, Shape};

use crate::identifier::Identifiers;
use crate::module::{Module, Unsupported};
use crate::program::shape;
use crate::size::{self, Arithmetic, SizeNames};

/// The inputs of a module as a language names them.
pub(crate) struct Signature {
    /// The inputs, in order.
    pub inputs: Vec<Input>,
    /// The identifiers of sizes.
    pub sizes: SizeNames,
    /// The identifiers in use.
    pub identifiers: Identifiers,
}

/// An input.
pub(crate) struct Input {
    pub id: ExprId,
    pub name: Arc<str>,
    pub word: String,
    pub shape: Shape,
}

impl Signature {
    /// The inputs of a module, and the sizes that occur in it; `spelled` is the spelling of a name.
    pub fn of(
        module: &Module<'_>,
        mut identifiers: Identifiers,
        spelled: fn(&str) -> String,
    ) -> Signature {
        let graph = module.graph;
        let mut inputs = Vec::new();
        for id in &module.inputs {
            if let Node::Symbol(symbol) = graph.node(*id) {
                inputs.push(Input {
                    id: *id,
                    name: symbol.clone(),
                    word: identifiers.name(spelled(symbol)),
                    shape: graph.shape(*id).clone(),
                });
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
        let mut sizes = SizeNames::new();
        for symbol in dims.iter().flat_map(|dim| dim.symbols()) {
            let word = || identifiers.name(spelled(&symbol));
            sizes.entry(symbol.clone()).or_insert_with(word);
        }
        Signature { inputs, sizes, identifiers }
    }

    /// Which sizes the shapes determine, and which are inputs of their own because the code has them.
    ///
    /// An input of its own is refused when another input is called alike.
    pub fn solved(
        &self,
        known: &[(String, Dim)],
        arithmetic: &Arithmetic,
        code: &str,
    ) -> Result<Sizes, Unsupported> {
        let solved = size::find(known, &self.sizes, arithmetic);
        let sizes = self.sizes.iter();
        let unknown: Vec<(Arc<str>, String)> = sizes
            .filter(|(name, word)| {
                !solved.iter().any(|size| size.name == **name) && has_word(code, word)
            })
            .map(|(name, word)| (name.clone(), word.clone()))
            .collect();
        self.told_apart(&unknown)?;
        let found = solved
            .iter()
            .filter_map(|size| Some((self.sizes.get(&size.name)?.clone(), size.code.clone())))
            .collect();
        Ok(Sizes { unknown, found })
    }

    /// Refuses a size that is an input of its own when another input is called alike.
    fn told_apart(&self, unknown: &[(Arc<str>, String)]) -> Result<(), Unsupported> {
        match unknown.iter().find(|(name, _)| self.inputs.iter().any(|input| input.name == *name)) {
            Some((clash, _)) => Err(Unsupported::new(format!(
                "size {clash}, which no shape determines and an input is called alike"
            ))),
            None => Ok(()),
        }
    }
}

/// The sizes of a program with their identifiers.
pub(crate) struct Sizes {
    /// Those that no shape determines, by name.
    pub unknown: Vec<(Arc<str>, String)>,
    /// Those that are found in shapes, with the code that finds them.
    pub found: Vec<(String, String)>,
}

/// A shape as it is declared.
pub(crate) fn described(shape: &Shape) -> String {
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

/// Whether an identifier occurs in code.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    let belongs = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(|c| belongs(c) || c == '.') && !after.is_some_and(belongs)
    })
}
