//! Names and what they stand for.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{Dim, Facts, Registry, Shape};
use beltrami_diag::{Diagnostic, Label, codes};
use beltrami_syntax::TypeName;

use crate::prepass::is_reserved;
use crate::sizes::Unknowns;
use crate::term::TermId;

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub ty: TypeName,
    pub shape: Shape,
    pub facts: Facts,
    pub range: Option<(f64, f64)>,
    pub declared: Option<Label>,
    /// Whether its type or its sizes were not given.
    pub assumed: bool,
}

/// All names of a program.
#[derive(Debug, Default)]
pub struct Scope {
    /// The variables in the order in which they were met.
    pub variables: Vec<Variable>,
    pub(crate) by_name: BTreeMap<String, usize>,
    sizes: BTreeMap<String, Dim>,
    /// Where names were declared to be sizes.
    pub(crate) declared_sizes: BTreeMap<String, Label>,
    /// Sizes that only their use shows to be such; a text without this use must declare them.
    pub(crate) used_as_sizes: BTreeSet<String>,
    /// Bindings and their places; those that were met already have an entry in `values`.
    pub(crate) bindings: BTreeMap<String, Label>,
    values: BTreeMap<String, Option<TermId>>,
    /// Whether names of sizes stand for unknown sizes, as in rules.
    pub open_sizes: bool,
}

impl Scope {
    /// Adds a variable.
    pub fn add(&mut self, variable: Variable) -> usize {
        let place = self.variables.len();
        self.by_name.insert(variable.name.clone(), place);
        self.variables.push(variable);
        place
    }

    /// The place of a variable.
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Whether the name is a size.
    pub fn has_size(&self, name: &str) -> bool {
        self.sizes.contains_key(name)
    }

    /// Whether nothing but its use says that a name is a size.
    pub fn is_assumed_size(&self, name: &str) -> bool {
        self.used_as_sizes.contains(name)
    }

    /// The names that are declared to be sizes.
    pub fn declared_sizes(&self) -> impl Iterator<Item = &str> {
        self.declared_sizes.keys().map(String::as_str)
    }

    /// The size of a name that is registered as one.
    pub fn find_size(&self, name: &str) -> Option<&Dim> {
        self.sizes.get(name)
    }

    /// The size of a name, which becomes one.
    pub fn size(&mut self, name: &str, unknowns: &mut Unknowns) -> Dim {
        let open = self.open_sizes;
        let fresh = || if open { unknowns.fresh_called(name) } else { Dim::symbol(name) };
        self.sizes.entry(name.to_string()).or_insert_with(fresh).clone()
    }

    /// All sizes of names.
    pub fn size_values(&self) -> impl Iterator<Item = &Dim> {
        self.sizes.values()
    }

    /// Whether the name is bound by the program.
    pub fn is_bound(&self, name: &str) -> bool {
        self.bindings.contains_key(name)
    }

    /// The value of a binding that was met; `Some(None)` when it was wrong.
    pub fn value(&self, name: &str) -> Option<Option<TermId>> {
        self.values.get(name).copied()
    }

    /// Where a binding stands.
    pub fn binding(&self, name: &str) -> Option<&Label> {
        self.bindings.get(name)
    }

    /// Gives a binding its value.
    pub fn bind(&mut self, name: &str, value: Option<TermId>) {
        self.values.entry(name.to_string()).or_insert(value);
    }

    /// Names that must not be given to sizes.
    pub fn taken(&self) -> BTreeSet<String> {
        let names = self.by_name.keys().chain(self.bindings.keys());
        let sizes = self.sizes.keys().filter(|_| !self.open_sizes);
        names.chain(sizes).cloned().collect()
    }

    /// Why a name cannot be declared or bound.
    pub fn refusal(&self, registry: &Registry, name: &str, label: &Label) -> Option<Diagnostic> {
        let place = |text: &str| Label { text: text.to_string(), ..label.clone() };
        let before = self.variable(name).and_then(|place| self.variables[place].declared.as_ref());
        let before = before.or_else(|| self.declared_sizes.get(name));
        if let Some(before) = before.or_else(|| self.bindings.get(name)) {
            return Some(
                Diagnostic::error(&codes::E0303, format!("`{name}` is declared twice"))
                    .at(place("for the second time"))
                    .also(Label { text: "first here".to_string(), ..before.clone() })
                    .hint("remove one of the two, or give one another name"),
            );
        }
        is_reserved(registry, name).then(|| {
            Diagnostic::error(
                &codes::E0304,
                format!("`{name}` is a function and cannot be declared"),
            )
            .at(place("this name belongs to the language"))
            .hint("choose another name")
        })
    }
}
