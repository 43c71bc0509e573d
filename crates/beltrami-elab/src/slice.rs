//! Slices `x[1:3]`, `A[:, k]`, `A[1:k, :]`: products with selections of rows and columns.

use beltrami_core::{Dim, Kernel};
use beltrami_diag::{Diagnostic, Span, codes};
use beltrami_syntax::{Expr, ExprKind};

use crate::blame;
use crate::infer::Infer;
use crate::term::{Operand, TermId};

impl<'a> Infer<'a> {
    /// An indexed value with a range among the indices.
    pub fn slice(
        &mut self,
        expr: &'a Expr,
        base: Operand<'a>,
        indices: &'a [Expr],
    ) -> Option<TermId> {
        let shape = self.shape(base.id);
        let thin = shape.is_vector() || shape.is_row();
        let places: Vec<(Side, &'a Expr)> = match indices {
            [one] if shape.is_row() => vec![(Side::Columns, one)],
            [one] if thin => vec![(Side::Rows, one)],
            [row, column] => vec![(Side::Rows, row), (Side::Columns, column)],
            _ => {
                let error = Diagnostic::error(
                    &codes::E0206,
                    format!(
                        "`{}` is {} and takes {} here",
                        blame::text(base.expr),
                        blame::described(&shape),
                        if thin { "1 or 2 indices" } else { "2 indices" }
                    ),
                )
                .at(self.label(expr.span, "the indices do not fit"))
                .hint(format!(
                    "rows are `{0}[1:2, :]`, columns `{0}[:, 1:2]`",
                    blame::operand_text(base.expr)
                ));
                self.report(error);
                return None;
            }
        };
        let mut value = base;
        for (side, index) in places {
            let axis = match side {
                Side::Rows => shape.rows.clone(),
                Side::Columns => shape.cols.clone(),
            };
            value = Operand { id: self.selected(value, base.expr, side, &axis, index)?, ..value };
        }
        if let Some(term) = self.terms.get_mut(value.id.index())
            && term.span.is_none()
        {
            term.span = Some(expr.span);
        }
        Some(value.id)
    }

    /// The rows or columns that one index picks.
    fn selected(
        &mut self,
        value: Operand<'a>,
        base: &'a Expr,
        side: Side,
        axis: &Dim,
        index: &'a Expr,
    ) -> Option<TermId> {
        let ends = match &index.kind {
            ExprKind::Range(None) => return Some(value.id),
            ExprKind::Range(Some(ends)) => (&ends.0, &ends.1),
            _ => (index, index),
        };
        let (first, last) =
            (self.read_index(ends.0, Some(axis))?, self.read_index(ends.1, Some(axis))?);
        self.within(&first, &last, axis, base, index.span)?;
        let count = last.minus(&first).plus(&Dim::one());
        let whole = first.is_one() && last == *axis;
        if whole {
            return Some(value.id);
        }
        let range = matches!(index.kind, ExprKind::Range(_));
        let pick = if range {
            self.picking(&count, &first, &last, axis)?
        } else {
            let (place, size) = (self.size(&first, Some(index.span)), self.size(axis, None));
            self.apply_kernel(Kernel::Unit, vec![place, size], None).ok()?
        };
        // A selection of several has them as rows, a unit vector is a column.
        let turned = range == matches!(side, Side::Columns);
        let pick = if turned {
            self.apply_kernel(Kernel::Transpose, vec![pick], None).ok()?
        } else {
            pick
        };
        let product = match side {
            Side::Rows => vec![pick, value.id],
            Side::Columns => vec![value.id, pick],
        };
        let product = self.apply_kernel(Kernel::MatMul, product, None);
        self.or_report(product, index, &[value, value])
    }

    /// `[zeros(k, a - 1), eye(k), zeros(k, n - b)]`, without what has no columns.
    fn picking(&mut self, count: &Dim, first: &Dim, last: &Dim, axis: &Dim) -> Option<TermId> {
        let side = self.size(count, None);
        let mut whole = self.apply_kernel(Kernel::Eye, vec![side], None).ok()?;
        let before = first.minus(&Dim::one());
        let after = axis.minus(last);
        for (width, left) in [(before, true), (after, false)] {
            if width.as_constant() == Some(0) {
                continue;
            }
            let (rows, cols) = (self.size(count, None), self.size(&width, None));
            let zeros = self.apply_kernel(Kernel::Zeros, vec![rows, cols], None).ok()?;
            let pair = if left { vec![zeros, whole] } else { vec![whole, zeros] };
            whole = self.apply_kernel(Kernel::HCat, pair, None).ok()?;
        }
        Some(whole)
    }

    /// Reports a range that is known to leave its axis, or to be empty.
    fn within(
        &mut self,
        first: &Dim,
        last: &Dim,
        axis: &Dim,
        base: &Expr,
        span: Span,
    ) -> Option<()> {
        let constant = |dim: Dim| dim.as_constant();
        let text = blame::text(base);
        let reason = if constant(first.clone()).is_some_and(|k| k < 1) {
            format!("index {first} is out of range, indices count from 1")
        } else if constant(last.minus(axis)).is_some_and(|k| k > 0) {
            format!("index {last} is out of range, `{text}` has {axis} entries there")
        } else if constant(last.minus(first)).is_some_and(|k| k < 0) {
            format!("the range from {first} to {last} is empty")
        } else {
            return Some(());
        };
        let error = Diagnostic::error(&codes::E0207, reason)
            .at(self.label(span, "out of range"))
            .hint("`a:b` is from the first index to the last, both included; the last of an axis is `end`");
        self.report(error);
        None
    }
}

/// Which axis is picked from.
#[derive(Clone, Copy)]
enum Side {
    Rows,
    Columns,
}
