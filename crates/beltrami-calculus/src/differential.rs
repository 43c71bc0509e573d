//! Differentials of applications as expressions in placeholders for the differentials of their arguments.

use beltrami_core::{Differential, ExprId, Facts, Kernel, Node, OpId};

use crate::calculus::Calculus;
use crate::error::{CalculusError, Result};

/// How names of placeholders begin.
const HOLE: &str = "d%";

impl Calculus<'_> {
    /// The differential of an application as an expression in placeholders for the differentials of its arguments.
    pub(crate) fn differential(
        &mut self,
        whole: ExprId,
        op: OpId,
        args: &[ExprId],
        varies: &[bool],
    ) -> Result<ExprId> {
        let record = self.graph.op(op);
        let mut holes: Vec<Option<ExprId>> =
            args.iter().zip(varies).map(|(arg, varies)| varies.then(|| self.hole(*arg))).collect();
        if let (Kernel::Expm, [arg]) = (record.kernel, args) {
            // The exponential of a multiple of a matrix commutes with that matrix, so its record wants to see the multiple.
            holes[0] = Some(self.differential_of_multiple(*arg)?);
        }
        if let Some(build) = record.singular.filter(|_| self.singular) {
            return build(self.graph, args, &holes).ok_or(CalculusError::NotAvailable(whole));
        }
        match record.differential {
            Differential::Constant => {
                let shape = self.graph.shape(whole).clone();
                Ok(self.graph.zeros(&shape)?)
            }
            Differential::None => Err(CalculusError::NotAvailable(whole)),
            Differential::Build(build) => {
                build(self.graph, args, &holes).ok_or(CalculusError::NotAvailable(whole))
            }
            Differential::Text(_) => {
                let template = self.rules.theory.differential(op);
                let template = template.ok_or(CalculusError::NotAvailable(whole))?;
                Ok(template.instantiate(self.graph, args, &holes)?)
            }
        }
    }

    /// The differential of an argument, with a multiple taken apart into its two factors.
    fn differential_of_multiple(&mut self, arg: ExprId) -> Result<ExprId> {
        let Some((symbol, _)) = self.wrt else { return Ok(self.hole(arg)) };
        let Some([s, a]) = self.graph.args_of(arg, Kernel::Scale) else {
            return Ok(self.hole(arg));
        };
        let (s, a) = (*s, *a);
        let mut terms = Vec::new();
        if self.graph.depends_on(s, symbol) {
            let ds = self.hole(s);
            terms.push(self.graph.scale(ds, a)?);
        }
        if self.graph.depends_on(a, symbol) {
            let da = self.hole(a);
            terms.push(self.graph.scale(s, da)?);
        }
        let shape = self.graph.shape(arg).clone();
        Ok(self.graph.sum_of(&terms, &shape)?)
    }

    /// The placeholder for the differential of an expression; its name says which, and cannot be written by a user.
    fn hole(&mut self, arg: ExprId) -> ExprId {
        let name = format!("{HOLE}{}", arg.index());
        let shape = self.graph.shape(arg).clone();
        self.graph.symbol(&name, shape, Facts::NONE)
    }

    /// The expression whose differential a placeholder stands for.
    pub(crate) fn hole_of(&self, id: ExprId) -> Option<ExprId> {
        let Node::Symbol(name) = self.graph.node(id) else { return None };
        let place: usize = name.strip_prefix(HOLE)?.parse().ok()?;
        (place < self.graph.len()).then(|| self.graph.nth(place))
    }

    pub(crate) fn contains_hole(&mut self, expr: ExprId) -> bool {
        for place in self.has_hole.len()..self.graph.len() {
            let id = self.graph.nth(place);
            let found = self.hole_of(id).is_some()
                || self.graph.args(id).iter().any(|arg| self.has_hole[arg.index()]);
            self.has_hole.push(found);
        }
        self.has_hole[expr.index()]
    }
}
