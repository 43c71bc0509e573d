//! Names and what they stand for.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{Dim, Facts, Notation, Registry, Shape};
use beltrami_diag::{Diagnostic, Label, SourceId, codes};
use beltrami_syntax::{Declaration, Expr, Statement, TypeName};

use crate::elaborated::Request;
use crate::infer::Infer;
use crate::prepass::{self, Role};
use crate::size_expr;
use crate::sizes::Unknowns;
use crate::term::TermId;
use crate::types;

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
    by_name: BTreeMap<String, usize>,
    sizes: BTreeMap<String, Dim>,
    /// Where names were declared to be sizes.
    declared_sizes: BTreeMap<String, Label>,
    /// Sizes that only their use shows to be such; a text without this use must declare them.
    used_as_sizes: BTreeSet<String>,
    /// Bindings and their places; those that were met already have an entry in `values`.
    bindings: BTreeMap<String, Label>,
    values: BTreeMap<String, Option<TermId>>,
    /// Whether names of sizes stand for unknown sizes, as in rules.
    pub open_sizes: bool,
}

impl Scope {
    /// The names that a program declares, binds, and uses as sizes.
    pub fn declare(infer: &mut Infer<'_>, request: &Request<'_>) -> Scope {
        let mut scope = Scope::default();
        let program = &request.program.statements;
        let inside = program.iter().filter_map(|statement| match statement {
            Statement::Declare(declaration) => Some((declaration, request.source)),
            _ => None,
        });
        let outside = request.declarations.iter().map(|next| (next, request.declarations_source));
        for (declaration, source) in outside.chain(inside) {
            scope.add_declaration(infer, declaration, source);
        }
        for statement in program {
            if let Statement::Let { name, name_span, .. } = statement {
                let label = Label::new(request.source, *name_span, "bound here");
                if let Some(error) = scope.refusal(infer.registry, name, &label) {
                    infer.report(error);
                }
                scope.bindings.entry(name.clone()).or_insert(label);
            }
        }
        for value in program.iter().filter_map(Statement::value) {
            scope.add_size_names(infer, value);
        }
        scope
    }

    /// Takes in one declaration.
    pub fn add_declaration(
        &mut self,
        infer: &mut Infer<'_>,
        declaration: &Declaration,
        source: SourceId,
    ) {
        let sizes: Vec<Dim> =
            declaration.sizes.iter().map(|size| self.declared_size(infer, size, source)).collect();
        let (signs, range) = types::entries(&declaration.facts);
        for (name, span) in &declaration.names {
            let label = Label::new(source, *span, "declared here");
            if let Some(error) = self.refusal(infer.registry, name, &label) {
                infer.report(error);
                continue;
            }
            if declaration.ty == TypeName::Size {
                self.size(name, &mut infer.sizes);
                self.declared_sizes.insert(name.clone(), label);
                continue;
            }
            let fresh = || infer.sizes.fresh();
            self.add(Variable {
                name: name.clone(),
                ty: declaration.ty,
                shape: types::shape(declaration.ty, &sizes, fresh),
                facts: types::structure(declaration.ty) | signs,
                range,
                declared: Some(label),
                assumed: sizes.len() < declaration.ty.size_count(),
            });
        }
    }

    /// Registers the names that an expression uses as sizes or indices.
    pub fn add_size_names(&mut self, infer: &mut Infer<'_>, expr: &Expr) {
        for (name, role) in prepass::names(infer.registry, expr) {
            let index = name.chars().next().is_some_and(char::is_lowercase);
            if !self.by_name.contains_key(name)
                && !self.bindings.contains_key(name)
                && (role == Role::Size || index)
                && !is_reserved(infer.registry, name)
            {
                if !self.has_size(name) {
                    self.used_as_sizes.insert(name.to_string());
                }
                self.size(name, &mut infer.sizes);
            }
        }
    }

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

    fn declared_size(&mut self, infer: &mut Infer<'_>, size: &Expr, source: SourceId) -> Dim {
        let registry = infer.registry;
        let mut lookup = |name: &str, unknowns: &mut Unknowns| {
            (!is_reserved(registry, name)).then(|| self.size(name, unknowns))
        };
        match size_expr::read(size, &mut infer.sizes, &mut lookup) {
            Ok(dim) if dim.as_constant().is_none_or(|n| n >= 1) => dim,
            Ok(dim) => {
                infer.report(
                    Diagnostic::error(
                        &codes::E0207,
                        format!("a size must be at least 1, not {dim}"),
                    )
                    .at(Label::new(source, size.span, "too small")),
                );
                infer.sizes.fresh()
            }
            Err(wrong) => {
                infer.report(wrong.diagnostic(infer.registry, source));
                infer.sizes.fresh()
            }
        }
    }

    /// Why a name cannot be declared or bound.
    fn refusal(&self, registry: &Registry, name: &str, label: &Label) -> Option<Diagnostic> {
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

/// Whether a name belongs to the language, as functions of more than one letter do.
pub fn is_reserved(registry: &Registry, name: &str) -> bool {
    let function =
        registry.named(name).iter().any(|op| registry.op(*op).notation == Notation::Call);
    function && name.chars().count() > 1 || matches!(name, "vector" | "matrix" | "eye")
}
