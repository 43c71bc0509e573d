//! Comparisons: zeros and ones, by the step of a difference.

use beltrami_core::{Kernel, Map, Number};
use beltrami_syntax::{BinaryOp, Expr};

use crate::infer::Infer;
use crate::term::{Operand, TermId};

impl<'a> Infer<'a> {
    /// `a > b` and its relatives, 1 where it holds and 0 elsewhere; the step is 0 at 0.
    pub fn comparison(
        &mut self,
        expr: &'a Expr,
        op: BinaryOp,
        lhs: Operand<'a>,
        rhs: Operand<'a>,
    ) -> Option<TermId> {
        let (lhs, rhs) = (self.definite(lhs), self.definite(rhs));
        match op {
            BinaryOp::Greater => self.exceeds(expr, lhs, rhs),
            BinaryOp::Less => self.exceeds(expr, rhs, lhs),
            BinaryOp::AtLeast => {
                let less = self.exceeds(expr, rhs, lhs)?;
                self.complement(expr, less)
            }
            BinaryOp::AtMost => {
                let greater = self.exceeds(expr, lhs, rhs)?;
                self.complement(expr, greater)
            }
            _ => {
                let (greater, less) =
                    (self.exceeds(expr, lhs, rhs)?, self.exceeds(expr, rhs, lhs)?);
                let kernel = Kernel::Add;
                let differs = self.apply_kernel(kernel, vec![greater, less], Some(expr.span));
                let differs = self.or_report(differs, expr, &[lhs, rhs])?;
                if op == BinaryOp::Unequal { Some(differs) } else { self.complement(expr, differs) }
            }
        }
    }

    /// 1 where the one is larger than the other; equal floating-point numbers alone have the difference 0.
    fn exceeds(&mut self, expr: &'a Expr, lhs: Operand<'a>, rhs: Operand<'a>) -> Option<TermId> {
        let zero = |id: TermId| self.number_of(id).is_some_and(Number::is_zero);
        let difference = match (zero(lhs.id), zero(rhs.id)) {
            (_, true) => lhs.id,
            (true, _) => self.negative(expr, rhs)?,
            _ => self.sum(expr, BinaryOp::Sub, lhs, rhs)?,
        };
        let step = self.apply_kernel(Kernel::Map(Map::Step), vec![difference], Some(expr.span));
        self.or_report(step, expr, &[Operand { id: difference, expr }])
    }

    /// One less a value.
    fn complement(&mut self, expr: &'a Expr, id: TermId) -> Option<TermId> {
        let shape = self.shape(id);
        let ones = self.ones(&shape).ok()?;
        self.apply_kernel(Kernel::Sub, vec![ones, id], Some(expr.span)).ok()
    }
}
