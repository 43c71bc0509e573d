//! The walk over the tree: every expression becomes a term with a shape.

use beltrami_core::{Arg, Dim, Kernel, Literal, Number, OpId, Registry, Shape, ShapeError};
use beltrami_diag::{Diagnostic, Label, SourceId, Span, codes};
use beltrami_syntax::{Expr, ExprKind, Program, Statement, TypeName, UnaryOp};

use crate::prepass::{self, Role};
use crate::scope::{Scope, Variable};
use crate::size_expr;
use crate::sizes::Unknowns;
use crate::suggest;
use crate::term::{Constant, ConstantKind, EYE, Form, Operand, Term, TermId};
use crate::types;

/// Everything that is known while shapes are inferred.
#[derive(Debug)]
pub struct Infer<'a> {
    pub registry: &'static Registry,
    pub source: SourceId,
    pub scope: Scope,
    pub sizes: Unknowns,
    pub terms: Vec<Term<'a>>,
    pub errors: Vec<Diagnostic>,
    /// Assumptions other than types of variables.
    pub notes: Vec<String>,
    /// Constants that were given a shape of unknown size: the sizes, the text, the place.
    pub opened: Vec<(Vec<Dim>, String, Span)>,
    /// Uses of names as indices, with the size of the axis.
    pub indices: Vec<(String, Dim)>,
    /// Applications of operations that need structure, with their arguments.
    pub structured: Vec<(OpId, Vec<Operand<'a>>)>,
}

/// What became of a program.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The result, if it has a type.
    pub root: Option<TermId>,
    /// The bindings in order.
    pub lets: Vec<(String, TermId)>,
}

enum Step<'a> {
    Enter(&'a Expr),
    Leave(&'a Expr, usize),
}

impl<'a> Infer<'a> {
    /// Nothing met yet.
    pub fn new(registry: &'static Registry, source: SourceId) -> Infer<'a> {
        Infer {
            registry,
            source,
            scope: Scope::default(),
            sizes: Unknowns::default(),
            terms: Vec::new(),
            errors: Vec::new(),
            notes: Vec::new(),
            opened: Vec::new(),
            indices: Vec::new(),
            structured: Vec::new(),
        }
    }

    /// Sets the names.
    pub fn enter(&mut self, scope: Scope) {
        self.scope = scope;
    }

    /// Gives types to all statements; the result has a shape even where it is a constant.
    pub fn program(&mut self, program: &'a Program) -> Outcome {
        let mut outcome = Outcome::default();
        for (place, statement) in program.statements.iter().enumerate() {
            let Some(value) = statement.value() else { continue };
            let term = self.expression(value);
            if let Some(Form::Text(_)) = term.map(|id| &self.terms[id.index()].form) {
                let label = self.label(value.span, "this is a text");
                self.report(Diagnostic::error(&codes::E0204, "a text is no value").at(label));
                continue;
            }
            let last = !program.statements[place + 1..].iter().any(|next| next.value().is_some());
            let closed =
                term.map(|id| if last { self.value(Operand { id, expr: value }) } else { id });
            if let Statement::Let { name, .. } = statement {
                self.scope.bind(name, term);
                let shaped = closed.filter(|id| self.terms[id.index()].constant().is_none());
                outcome.lets.extend(shaped.map(|id| (name.clone(), id)));
            }
            outcome.root = closed;
        }
        if program.result().is_none() {
            let error = Diagnostic::error(&codes::E0102, "there is no expression")
                .hint("write an expression, or a binding such as `f = norm2(A*x - y)^2`");
            self.report(error);
        }
        outcome
    }

    /// Gives types to an expression; nothing where an error was reported.
    ///
    /// Walks with a stack of its own, so that the depth of the tree does not matter.
    pub fn expression(&mut self, root: &'a Expr) -> Option<TermId> {
        let mut pending = vec![Step::Enter(root)];
        let mut done: Vec<Option<TermId>> = Vec::new();
        while let Some(step) = pending.pop() {
            match step {
                Step::Enter(expr) => {
                    let values = self.value_children(expr);
                    pending.push(Step::Leave(expr, values.len()));
                    pending.extend(values.into_iter().rev().map(Step::Enter));
                }
                Step::Leave(expr, count) => {
                    let children = done.split_off(done.len().saturating_sub(count));
                    self.sizes.place = expr.span;
                    let term = self.combine(expr, &children);
                    done.push(term);
                }
            }
        }
        done.pop().flatten()
    }

    /// Adds a term of known shape.
    pub fn push(&mut self, form: Form<'a>, shape: Shape, span: Option<Span>) -> TermId {
        let id = TermId(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
        self.terms.push(Term { form, shape, span });
        id
    }

    /// A number.
    pub fn number(&mut self, number: Number, span: Option<Span>) -> TermId {
        self.push(Form::Number(number), Shape::scalar(), span)
    }

    /// A size as a number.
    pub fn size(&mut self, dim: &Dim, span: Option<Span>) -> TermId {
        match dim.as_constant() {
            Some(n) => self.number(Number::int(n), span),
            None => self.push(Form::Size(dim.clone()), Shape::scalar(), span),
        }
    }

    /// Applies an operation to terms of known shape.
    pub fn apply(
        &mut self,
        op: OpId,
        args: Vec<TermId>,
        span: Option<Span>,
    ) -> Result<TermId, ShapeError> {
        let seen: Vec<Arg> = args.iter().map(|id| self.arg(*id)).collect();
        let takes_text = |place| place == 0 && self.registry.op(op).kernel == Kernel::Einsum;
        if let Some(argument) =
            (0..seen.len()).find(|place| seen[*place].text().is_some() && !takes_text(*place))
        {
            return Err(ShapeError::Expected { argument, wanted: "a scalar, vector or matrix" });
        }
        let shape = (self.registry.op(op).shape)(&mut self.sizes, &seen)?;
        let shape = self.sizes.resolve_shape(&shape);
        if shape.axes().iter().any(size_expr::is_too_large) {
            return Err(ShapeError::Range {
                argument: 0,
                reason: "the size of the result is too large".to_string(),
            });
        }
        Ok(self.push(Form::Apply(op, args), shape, span))
    }

    /// Applies what computes a kernel; the registry of a language without it is at fault.
    pub fn apply_kernel(
        &mut self,
        kernel: Kernel,
        args: Vec<TermId>,
        span: Option<Span>,
    ) -> Result<TermId, ShapeError> {
        match self.registry.with_kernel(kernel) {
            Some(op) => self.apply(op, args, span),
            None => Err(ShapeError::Expected {
                argument: 0,
                wanted: "an operation that the language has",
            }),
        }
    }

    /// A term as shape rules see it.
    pub fn arg(&self, id: TermId) -> Arg {
        let term = &self.terms[id.index()];
        let value = match &term.form {
            Form::Size(dim) => Literal::Size(self.sizes.resolve(dim)),
            Form::Number(number) => number
                .as_int()
                .map_or(Literal::Number(*number), |n| Literal::Size(Dim::constant(n))),
            Form::Text(text) => Literal::Text((*text).into()),
            _ => Literal::None,
        };
        Arg { shape: self.shape(id), value }
    }

    /// The shape, as far as it is known.
    pub fn shape(&self, id: TermId) -> Shape {
        self.sizes.resolve_shape(&self.terms[id.index()].shape)
    }

    /// The number, when the term is one.
    pub fn number_of(&self, id: TermId) -> Option<Number> {
        match self.terms[id.index()].form {
            Form::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Adds an error.
    pub fn report(&mut self, error: Diagnostic) {
        self.errors.push(error);
    }

    /// A label in the program.
    pub fn label(&self, span: Span, text: impl Into<String>) -> Label {
        Label::new(self.source, span, text)
    }

    /// A size or an index; nothing where an error was reported.
    pub fn read_size(&mut self, expr: &Expr) -> Option<Dim> {
        self.read_index(expr, None)
    }

    /// An index, whose `end` is the size of the axis.
    pub fn read_index(&mut self, expr: &Expr, axis: Option<&Dim>) -> Option<Dim> {
        let (scope, terms) = (&self.scope, &self.terms);
        let mut lookup = |name: &str, _: &mut Unknowns| match scope.value(name).flatten() {
            Some(id) => bound_size(&terms[id.index()]),
            None => {
                let last = axis.filter(|_| name == prepass::END).cloned();
                scope.find_size(name).cloned().or(last)
            }
        };
        let read = size_expr::read(expr, &mut self.sizes, &mut lookup);
        match read {
            Ok(dim) => Some(dim),
            Err(wrong) => {
                if !matches!(wrong.reason, size_expr::Reason::Reported) {
                    let error = wrong.diagnostic(self.registry, self.source);
                    self.report(error);
                }
                None
            }
        }
    }

    /// The parts of an expression that are expressions themselves; sizes and indices are not.
    fn value_children(&self, expr: &'a Expr) -> Vec<&'a Expr> {
        match &expr.kind {
            ExprKind::Index { base, .. } => vec![base],
            ExprKind::Call { name, args, .. } => {
                let value =
                    |place: usize| prepass::call_role(self.registry, name, place) == Role::Value;
                args.iter()
                    .enumerate()
                    .filter(|(place, _)| value(*place))
                    .map(|(_, arg)| arg)
                    .collect()
            }
            _ => prepass::children(expr),
        }
    }

    fn combine(&mut self, expr: &'a Expr, children: &[Option<TermId>]) -> Option<TermId> {
        let operand = |place: usize, expr: &'a Expr| {
            children.get(place).copied().flatten().map(|id| Operand { id, expr })
        };
        match &expr.kind {
            ExprKind::Number(text, value) => self.literal(expr, text, *value),
            ExprKind::Text(text) => {
                Some(self.push(Form::Text(text), Shape::scalar(), Some(expr.span)))
            }
            ExprKind::Name(name) => self.name(expr, name),
            ExprKind::Paren(inner) | ExprKind::Unary(UnaryOp::Plus, inner) => {
                operand(0, inner).map(|inner| inner.id)
            }
            ExprKind::Unary(UnaryOp::Neg, inner) => self.negative(expr, operand(0, inner)?),
            ExprKind::Transpose(inner) => self.transpose(expr, operand(0, inner)?),
            ExprKind::Binary { op, lhs, rhs, .. } => {
                self.binary(expr, *op, operand(0, lhs)?, operand(1, rhs)?)
            }
            ExprKind::Call { name, name_span, args } => {
                self.call(expr, name, *name_span, args, children)
            }
            ExprKind::Index { base, indices } => self.index(expr, operand(0, base), indices),
            ExprKind::Block { rows } => self.block(expr, rows, children),
            ExprKind::Range(_) | ExprKind::Error => None,
        }
    }

    fn literal(&mut self, expr: &Expr, text: &str, value: f64) -> Option<TermId> {
        let number =
            Number::parse(text).or_else(|| value.is_finite().then_some(Number::Float(value)));
        if number.is_none() {
            let label = self.label(expr.span, "not a finite number");
            self.report(
                Diagnostic::error(&codes::E0104, format!("`{text}` is too large")).at(label),
            );
        }
        number.map(|number| self.number(number, Some(expr.span)))
    }

    fn name(&mut self, expr: &Expr, name: &str) -> Option<TermId> {
        if let Some(value) = self.scope.value(name) {
            return value;
        }
        if let Some(place) = self.scope.variable(name) {
            return Some(self.variable(place, expr.span));
        }
        if let Some(dim) = self.scope.find_size(name) {
            let dim = dim.clone();
            let note = types::declaration(name, TypeName::Size, &Shape::scalar());
            if self.scope.is_assumed_size(name) && !self.notes.contains(&note) {
                self.notes.push(note);
            }
            return Some(self.size(&dim, Some(expr.span)));
        }
        if let Some(binding) = self.scope.binding(name) {
            let error =
                Diagnostic::error(&codes::E0302, format!("`{name}` is used before it is bound"))
                    .at(self.label(expr.span, "used here"))
                    .also(binding.clone());
            self.report(error);
            return None;
        }
        if name == EYE {
            let constant = Constant { kind: ConstantKind::Eye, factor: None, transposed: false };
            return Some(self.push(Form::Constant(constant), Shape::scalar(), Some(expr.span)));
        }
        if let Some(error) = suggest::bare_function(self.registry, name) {
            let label = self.label(expr.span, "a function without arguments");
            self.report(error.at(label));
            return None;
        }
        let ty = types::default_type(name);
        let shape = types::shape(ty, &[], || self.sizes.fresh());
        let place = self.scope.add(Variable {
            name: name.to_string(),
            ty,
            shape,
            facts: types::structure(ty),
            range: None,
            declared: None,
            assumed: true,
        });
        Some(self.variable(place, expr.span))
    }

    fn variable(&mut self, place: usize, span: Span) -> TermId {
        let shape = self.scope.variables[place].shape.clone();
        self.push(Form::Variable(place), shape, Some(span))
    }
}

/// The size that a binding such as `k = 3` stands for.
fn bound_size(term: &Term<'_>) -> Option<Dim> {
    match &term.form {
        Form::Number(number) => number.as_int().map(Dim::constant),
        Form::Size(dim) => Some(dim.clone()),
        _ => None,
    }
}
