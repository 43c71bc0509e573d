//! What declarations and uses say of names.

use beltrami_core::Dim;
use beltrami_diag::{Diagnostic, Label, SourceId, codes};
use beltrami_syntax::{Declaration, Expr, Statement, TypeName};

use crate::elaborated::Request;
use crate::infer::Infer;
use crate::prepass::{self, Role, is_reserved};
use crate::scope::{Scope, Variable};
use crate::size_expr;
use crate::sizes::Unknowns;
use crate::types;

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
}
