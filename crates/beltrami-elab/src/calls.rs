//! Function calls, entries and blocks.

use beltrami_core::{Kernel, ShapeError};
use beltrami_diag::{Diagnostic, Span, codes};
use beltrami_syntax::{Expr, ExprKind};

use crate::blame;
use crate::constants;
use crate::infer::Infer;
use crate::prepass::{Role, call_role};
use crate::suggest;
use crate::term::{Constant, ConstantKind, Operand, TermId};

impl<'a> Infer<'a> {
    /// `f(a, b)`; `values` are the terms of the arguments that are expressions.
    pub fn call(
        &mut self,
        expr: &'a Expr,
        name: &str,
        name_span: Span,
        args: &'a [Expr],
        values: &[Option<TermId>],
    ) -> Option<TermId> {
        if let Some(kind) = constants::kind(name) {
            return self.constant_call(expr, name, kind, args, values);
        }
        let known = self.registry.named(name).iter().any(|op| self.is_call(*op));
        if !known {
            let error = self.unknown_function(name, name_span, args);
            self.report(error);
            return None;
        }
        let mut values = values.iter();
        let mut operands = Vec::with_capacity(args.len());
        for (place, arg) in args.iter().enumerate() {
            let id = match call_role(self.registry, name, place) {
                Role::Value => {
                    values.next().copied().flatten().map(|id| self.value(Operand { id, expr: arg }))
                }
                Role::Size | Role::Index => {
                    self.read_size(arg).map(|dim| self.size(&dim, Some(arg.span)))
                }
            };
            operands.push(id.map(|id| Operand { id, expr: arg }));
        }
        let operands: Vec<Operand<'a>> = operands.into_iter().collect::<Option<_>>()?;
        let (op, operands) = self.choose(expr, name, &operands)?;
        let operands = self.widened_pair(op, operands)?;
        let ids = operands.iter().map(|operand| operand.id).collect();
        let applied = self.apply(op, ids, Some(expr.span));
        if applied.is_ok() && self.registry.op(op).params.contains(": symmetric(") {
            self.structured.push((op, operands.clone()));
        }
        self.or_report(applied, expr, &operands)
    }

    /// `x[i]` or `A[i, j]`
    pub fn index(
        &mut self,
        expr: &'a Expr,
        base: Option<Operand<'a>>,
        indices: &'a [Expr],
    ) -> Option<TermId> {
        let base = base.map(|base| self.definite(base));
        let shape = base.map(|base| self.shape(base.id));
        let axes = match &shape {
            Some(shape) if shape.is_row() => vec![shape.cols.clone()],
            Some(shape) => shape.axes(),
            None => Vec::new(),
        };
        let axes = if indices.len() == 1 { &axes[..axes.len().min(1)] } else { &axes[..] };
        if indices.iter().any(|index| matches!(index.kind, ExprKind::Range(_))) {
            return self.slice(expr, base?, indices);
        }
        let row = shape.as_ref().is_some_and(|shape| shape.is_row()) && indices.len() == 2;
        let sizes: Vec<_> = indices
            .iter()
            .enumerate()
            .map(|(place, index)| {
                let axis =
                    if row && place == 0 { None } else { axes.get(place - usize::from(row)) };
                self.read_index(index, axis)
            })
            .collect();
        let base = base?;
        let sizes: Vec<_> = sizes.into_iter().collect::<Option<_>>()?;
        let mut operands = vec![base];
        for (place, (expr, dim)) in indices.iter().zip(&sizes).enumerate() {
            if let Some(axis) = axes.get(place) {
                if let Some(reason) = out_of_range(dim, axis, &blame::text(base.expr)) {
                    let label = self.label(expr.span, "out of range");
                    let error = Diagnostic::error(&codes::E0207, reason).at(label);
                    let error = self.with_declarations(error, &[base.expr]);
                    self.report(error);
                    return None;
                }
                for name in dim.symbols() {
                    let use_ = (name.to_string(), axis.clone());
                    if !self.indices.contains(&use_) {
                        self.indices.push(use_);
                    }
                }
            }
            let id = self.size(dim, Some(expr.span));
            operands.push(Operand { id, expr });
        }
        let ids = operands.iter().map(|operand| operand.id).collect();
        let applied = self.apply_kernel(Kernel::Entry, ids, Some(expr.span));
        self.or_report(applied, expr, &operands)
    }

    /// `[a, b; c, d]`
    pub fn block(
        &mut self,
        expr: &'a Expr,
        rows: &'a [Vec<Expr>],
        values: &[Option<TermId>],
    ) -> Option<TermId> {
        let mut values = values.iter();
        let mut lines = Vec::with_capacity(rows.len());
        let mut wrong = false;
        for row in rows {
            let mut entries = Vec::with_capacity(row.len());
            for entry in row {
                match values.next().copied().flatten() {
                    Some(id) => entries.push(self.definite(Operand { id, expr: entry })),
                    None => wrong = true,
                }
            }
            if entries.len() < row.len() {
                continue;
            }
            match self.joined(Kernel::HCat, expr, &entries) {
                Some(line) => lines.push(line),
                None => wrong = true,
            }
        }
        if wrong { None } else { self.joined(Kernel::VCat, expr, &lines).map(|whole| whole.id) }
    }

    /// Several side by side or one below the other.
    fn joined(
        &mut self,
        kernel: Kernel,
        expr: &'a Expr,
        entries: &[Operand<'a>],
    ) -> Option<Operand<'a>> {
        let (first, rest) = entries.split_first()?;
        if rest.is_empty() {
            return Some(*first);
        }
        let pairs = self
            .registry
            .with_kernel(kernel)
            .is_some_and(|op| self.registry.op(op).parameters().len() == 2);
        if !pairs {
            return self.applied(kernel, expr, entries).map(|id| Operand { id, expr });
        }
        rest.iter().try_fold(*first, |joined, next| {
            self.applied(kernel, expr, &[joined, *next]).map(|id| Operand { id, expr: next.expr })
        })
    }

    fn constant_call(
        &mut self,
        expr: &'a Expr,
        name: &str,
        kind: ConstantKind,
        args: &'a [Expr],
        values: &[Option<TermId>],
    ) -> Option<TermId> {
        let [arg] = args else {
            let error = Diagnostic::error(
                &codes::E0206,
                format!("`{name}` takes 1 argument, {} given", args.len()),
            )
            .at(self.label(expr.span, "the entry that is repeated is expected"))
            .hint("`vector(1)` takes its size from the context; with given sizes write `ones(n)` or `ones(m,n)`");
            self.report(error);
            return None;
        };
        let factor = values.first().copied().flatten()?;
        if !self.is_scalar(factor) || self.arg(factor).text().is_some() {
            let operand = self.definite(Operand { id: factor, expr: arg });
            let error = self.blame(
                &ShapeError::Expected { argument: 0, wanted: "a scalar" },
                expr,
                &[operand],
            );
            self.report(error);
            return None;
        }
        Some(self.open(Constant { kind, factor: Some(factor), transposed: false }, expr.span))
    }

    fn unknown_function(&self, name: &str, name_span: Span, args: &[Expr]) -> Diagnostic {
        let label = self.label(name_span, "no such function");
        let error =
            Diagnostic::error(&codes::E0301, format!("unknown function `{name}`")).at(label);
        let variable = self.scope.variable(name).is_some() || self.scope.is_bound(name);
        let written = |arg: &Expr| {
            matches!(&arg.kind, ExprKind::Number(text, _) if text.bytes().all(|b| b.is_ascii_digit()))
                || matches!(&arg.kind, ExprKind::Name(name) if name == "end")
        };
        let entries = args.len() > 1 || args.first().is_some_and(written);
        if let [arg] = args
            && (variable || name.chars().count() == 1)
            && !entries
        {
            return error
                .hint(format!("a product is written with `*`: `{name}*({})`", blame::text(arg)));
        }
        if (variable || name.chars().count() == 1 && args.iter().any(written))
            && !args.is_empty()
            && args.iter().all(|arg| matches!(arg.kind, ExprKind::Number(..) | ExprKind::Name(_)))
        {
            let list: Vec<String> = args.iter().map(blame::text).collect();
            return error
                .hint(format!("entries are written with brackets: `{name}[{}]`", list.join(", ")));
        }
        match suggest::function(self.registry, name) {
            Some(hint) => error.hint(hint),
            None => error.hint("`beltrami help` lists all functions"),
        }
    }
}

/// Why an index does not lie on an axis, when that is known.
fn out_of_range(
    index: &beltrami_core::Dim,
    axis: &beltrami_core::Dim,
    text: &str,
) -> Option<String> {
    if index.as_constant().is_some_and(|k| k < 1) {
        return Some(format!("index {index} is out of range, indices count from 1"));
    }
    let beyond = index.minus(axis).as_constant().is_some_and(|k| k > 0);
    beyond.then(|| match axis.as_constant() {
        Some(1) => format!("index {index} is out of range, `{text}` has 1 entry there"),
        _ => format!("index {index} is out of range, `{text}` has {axis} entries"),
    })
}
