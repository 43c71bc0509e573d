//! A declared row or column repeated over the shape of a matrix.

use beltrami_core::{Dim, Kernel, Shape, Sizes};
use beltrami_diag::{Diagnostic, codes};
use beltrami_syntax::{Expr, ExprKind};

use crate::blame;
use crate::infer::Infer;
use crate::prepass::children;
use crate::solve::is_unknown;
use crate::term::Operand;

impl<'a> Infer<'a> {
    /// The operands, with a row or column among them repeated where the other is a matrix.
    ///
    /// Sizes that are still open are left to inference: that of what is repeated, and that along which it would be.
    pub fn broadcast(
        &mut self,
        lhs: Operand<'a>,
        rhs: Operand<'a>,
    ) -> Option<(Operand<'a>, Operand<'a>)> {
        if let Some(axis) = self.thin_against(lhs, rhs) {
            return Some((self.repeated(lhs, rhs, axis)?, rhs));
        }
        if let Some(axis) = self.thin_against(rhs, lhs) {
            return Some((lhs, self.repeated(rhs, lhs, axis)?));
        }
        Some((lhs, rhs))
    }

    fn thin_against(&self, thin: Operand<'_>, full: Operand<'_>) -> Option<Axis> {
        if self.constant(thin.id).is_some() || self.constant(full.id).is_some() {
            return None;
        }
        let (a, b) = (self.shape(thin.id), self.shape(full.id));
        let settled = |dim: &Dim| !dim.is_one() && !dim.symbols().iter().any(|s| is_unknown(s));
        if a.is_scalar() || !a.is_matrix() || !b.is_matrix() {
            return None;
        }
        if a.rows.is_one() && settled(&b.rows) && !b.cols.is_one() {
            return self.sizes.could_agree(&a.cols, &b.cols).then_some(Axis::Rows);
        }
        let column = a.cols.is_one() && settled(&b.cols) && !b.rows.is_one();
        (column && self.sizes.could_agree(&a.rows, &b.rows)).then_some(Axis::Columns)
    }

    fn repeated(
        &mut self,
        thin: Operand<'a>,
        full: Operand<'a>,
        axis: Axis,
    ) -> Option<Operand<'a>> {
        let (one, two) = (blame::text(thin.expr), blame::text(full.expr));
        let shape = self.shape(full.id);
        let (each, written) = match axis {
            Axis::Rows => {
                ("row", format!("ones({},1)*{}", shape.rows, blame::operand_text(thin.expr)))
            }
            Axis::Columns => {
                ("column", format!("{}*ones(1,{})", blame::operand_text(thin.expr), shape.cols))
            }
        };
        if let Some(name) = self.undeclared(thin.expr) {
            let seen = self.shape(thin.id);
            let error = Diagnostic::error(
                &codes::E0202,
                format!("`{one}` ({seen}) and `{two}` ({shape}) differ in shape"),
            )
            .at(self.label(thin.expr.span, "a declared row or column would be repeated"))
            .hint(format!(
                "declare `{name}` to have it repeated for each {each}, or write `{written}`"
            ));
            self.report(error);
            return None;
        }
        let small = self.shape(thin.id);
        let agree = match axis {
            Axis::Rows => self.sizes.same(&small.cols, &shape.cols),
            Axis::Columns => self.sizes.same(&small.rows, &shape.rows),
        };
        if !agree {
            return Some(thin);
        }
        let note = format!("`{one}` was repeated for each {each} of `{two}`");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        let product = match axis {
            Axis::Rows => {
                let ones = self.ones(&Shape::vector(shape.rows.clone())).ok()?;
                vec![ones, thin.id]
            }
            Axis::Columns => {
                let ones = self.ones(&Shape::row(shape.cols.clone())).ok()?;
                vec![thin.id, ones]
            }
        };
        let whole = self.apply_kernel(Kernel::MatMul, product, Some(thin.expr.span));
        self.or_report(whole, thin.expr, &[thin, full]).map(|id| Operand { id, ..thin })
    }

    /// A variable of which nothing but its letter says that it is a vector.
    fn undeclared(&self, expr: &'a Expr) -> Option<&'a str> {
        let mut pending = vec![expr];
        while let Some(expr) = pending.pop() {
            if let ExprKind::Name(name) = &expr.kind
                && let Some(place) = self.scope.variable(name)
                && self.scope.variables[place].assumed
                && (self.scope.variables[place].shape.is_vector()
                    || self.scope.variables[place].shape.is_row())
            {
                return Some(name);
            }
            pending.extend(children(expr).into_iter().rev());
        }
        None
    }
}

/// What the operand is repeated for.
#[derive(Clone, Copy)]
enum Axis {
    Rows,
    Columns,
}
