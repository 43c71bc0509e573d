//! Operators entry by entry, and the widening of scalars.

use beltrami_core::{Kernel, ShapeError};
use beltrami_syntax::{BinaryOp, Expr};

use crate::blame;
use crate::infer::Infer;
use crate::term::{ConstantKind, Operand, TermId};

impl<'a> Infer<'a> {
    /// `a + b` and `a - b`
    pub fn sum(
        &mut self,
        expr: &'a Expr,
        op: BinaryOp,
        lhs: Operand<'a>,
        rhs: Operand<'a>,
    ) -> Option<TermId> {
        let kernel = if op == BinaryOp::Add { Kernel::Add } else { Kernel::Sub };
        let (lhs, rhs) = match self.aligned(expr, op, lhs, rhs)? {
            Aligned::Whole(id) => return Some(id),
            Aligned::Operands(lhs, rhs) => (lhs, rhs),
        };
        match (self.is_scalar(lhs.id), self.is_scalar(rhs.id)) {
            (true, false) => {
                let lhs = self.widened_operand(lhs, rhs, true)?;
                self.applied(kernel, expr, &[lhs, rhs])
            }
            (false, true) => {
                let rhs = self.widened_operand(rhs, lhs, true)?;
                self.applied(kernel, expr, &[lhs, rhs])
            }
            _ => {
                let (lhs, rhs) = self.broadcast(lhs, rhs)?;
                self.applied(kernel, expr, &[lhs, rhs])
            }
        }
    }

    /// `a.*b`, `a./b` and `a.^b`
    pub fn entrywise(
        &mut self,
        expr: &'a Expr,
        op: BinaryOp,
        lhs: Operand<'a>,
        rhs: Operand<'a>,
    ) -> Option<TermId> {
        let (lhs, rhs) = match self.aligned(expr, op, lhs, rhs)? {
            Aligned::Whole(id) => return Some(id),
            Aligned::Operands(lhs, rhs) => (lhs, rhs),
        };
        let (lhs, rhs) = self.broadcast(lhs, rhs)?;
        let scalars = (self.is_scalar(lhs.id), self.is_scalar(rhs.id));
        match (op, scalars) {
            (BinaryOp::EMul, (true, _)) => self.applied(Kernel::Scale, expr, &[lhs, rhs]),
            (BinaryOp::EMul, (_, true)) => self.applied(Kernel::Scale, expr, &[rhs, lhs]),
            (BinaryOp::EMul, _) => self.applied(Kernel::Hadamard, expr, &[lhs, rhs]),
            (BinaryOp::EDiv, (_, true)) => self.divided(expr, lhs, rhs),
            (BinaryOp::EPow, (base, true)) => {
                // Between scalars `.^` and `^` are one operation.
                let name = if base { BinaryOp::Pow.symbol() } else { op.symbol() };
                self.applied_as(name, Kernel::Power, expr, &[lhs, rhs])
            }
            (BinaryOp::EDiv, (true, false)) => {
                let lhs = self.widened_operand(lhs, rhs, false)?;
                self.applied(Kernel::EDivide, expr, &[lhs, rhs])
            }
            (BinaryOp::EDiv, _) => self.applied(Kernel::EDivide, expr, &[lhs, rhs]),
            (_, (true, false)) => {
                let lhs = self.widened_operand(lhs, rhs, false)?;
                self.applied(Kernel::EPower, expr, &[lhs, rhs])
            }
            _ => self.applied(Kernel::EPower, expr, &[lhs, rhs]),
        }
    }

    /// A scalar repeated over the shape of another operand; `noted` says whether the user is told.
    pub fn widened_operand(
        &mut self,
        scalar: Operand<'a>,
        other: Operand<'a>,
        noted: bool,
    ) -> Option<Operand<'a>> {
        let shape = self.shape(other.id);
        if self.arg(scalar.id).text().is_some() || !shape.is_matrix() {
            let error = self.blame(&ShapeError::Differ(0, 1), scalar.expr, &[scalar, other]);
            self.report(error);
            return None;
        }
        if noted {
            let (one, two) = (blame::text(scalar.expr), blame::text(other.expr));
            let note = format!("`{one}` was widened to the shape of `{two}`");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        let widened = self.widened(scalar.id, &shape);
        self.or_report(widened, scalar.expr, &[scalar, other]).map(|id| Operand { id, ..scalar })
    }

    /// Gives constants of open shape the shape of the other operand; two of them make a third where that is possible.
    fn aligned(
        &mut self,
        expr: &'a Expr,
        op: BinaryOp,
        lhs: Operand<'a>,
        rhs: Operand<'a>,
    ) -> Option<Aligned<'a>> {
        let additive = matches!(op, BinaryOp::Add | BinaryOp::Sub);
        let (a, b) = (self.constant(lhs.id), self.constant(rhs.id));
        match (a, b) {
            (None, None) => Some(Aligned::Operands(lhs, rhs)),
            (Some(a), Some(b)) => {
                let eye = a.kind == ConstantKind::Eye;
                let transposed = a.transposed == b.transposed || a.kind != ConstantKind::Vector;
                let closed = additive || op == BinaryOp::EMul || !eye;
                if a.kind == b.kind && transposed && closed {
                    return self.both_constant(op, a, b, expr).map(Aligned::Whole);
                }
                let rhs = self.definite(rhs);
                let id = self.value_like(expr, lhs, a, rhs)?;
                Some(Aligned::Operands(Operand { id, ..lhs }, rhs))
            }
            (Some(a), None) if a.kind != ConstantKind::Eye && self.is_scalar(rhs.id) => {
                let factor = self.factor(a);
                let factor = self.scalar_factor(op, factor, rhs.id)?;
                Some(Aligned::Whole(
                    self.open(crate::term::Constant { factor: Some(factor), ..a }, expr.span),
                ))
            }
            (None, Some(b)) if b.kind != ConstantKind::Eye && self.is_scalar(lhs.id) => {
                let factor = self.factor(b);
                let factor = self.scalar_factor(op, lhs.id, factor)?;
                Some(Aligned::Whole(
                    self.open(crate::term::Constant { factor: Some(factor), ..b }, expr.span),
                ))
            }
            (Some(a), None) if self.is_scalar(rhs.id) => match op {
                BinaryOp::EMul => self.scaled(a, rhs.id, expr.span).map(Aligned::Whole),
                BinaryOp::EDiv => self.divided(expr, lhs, rhs).map(Aligned::Whole),
                BinaryOp::EPow => Some(Aligned::Operands(self.definite(lhs), rhs)),
                _ => {
                    let id = self.value_like(expr, lhs, a, rhs)?;
                    Some(Aligned::Operands(Operand { id, ..lhs }, rhs))
                }
            },
            (None, Some(b)) if self.is_scalar(lhs.id) && !additive => match op {
                BinaryOp::EMul => self.scaled(b, lhs.id, expr.span).map(Aligned::Whole),
                _ => Some(Aligned::Operands(lhs, self.definite(rhs))),
            },
            (Some(a), None) => {
                let id = self.value_like(expr, lhs, a, rhs)?;
                Some(Aligned::Operands(Operand { id, ..lhs }, rhs))
            }
            (None, Some(b)) => {
                let id = self.value_like(expr, rhs, b, lhs)?;
                Some(Aligned::Operands(lhs, Operand { id, ..rhs }))
            }
        }
    }

    fn scalar_factor(&mut self, op: BinaryOp, a: TermId, b: TermId) -> Option<TermId> {
        let kernel = crate::constants::factor_kernel(op);
        if kernel == Kernel::Scale {
            for (one, other) in [(a, b), (b, a)] {
                if self.number_of(one).is_some_and(beltrami_core::Number::is_one) {
                    return Some(other);
                }
            }
        }
        self.apply_kernel(kernel, vec![a, b], None).ok()
    }
}

/// Two operands made ready, or what they make together.
enum Aligned<'a> {
    Whole(TermId),
    Operands(Operand<'a>, Operand<'a>),
}
