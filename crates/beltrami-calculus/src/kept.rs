//! Derivatives of functions as arrays of their own, where terms written out would be too many.
//!
//! Written out, every order multiplies the terms by those of the differentials that occur. Here the derivative of
//! `pinv(X)`, say, is an array `D`, terms name its entries, and its own derivative is another array: an order then adds
//! the terms of one array to the graph, which shares them.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Kernel, Lower, Node, Number, Shape};
use smallvec::SmallVec;

use crate::calculus::Calculus;
use crate::error::{CalculusError, Result};
use crate::index::{Factor, Leg, Term};
use crate::raise::Target;

impl Calculus<'_> {
    /// Whether the differential of an expression is to be an entry of an array.
    pub(crate) fn keeps(&self, atom: ExprId) -> bool {
        if !self.kept.active || self.kept.opened.contains(&atom) {
            return false;
        }
        let Node::Apply(op, _) = self.graph.node(atom) else { return false };
        let op = self.graph.op(*op);
        // The derivative of a function of entries is diagonal, and its entries are no array.
        let of_entries = matches!(
            op.kernel,
            Kernel::Map(_)
                | Kernel::Composed(_)
                | Kernel::EPower
                | Kernel::Max
                | Kernel::Min
                | Kernel::Above
        );
        self.kept.arrays.contains(&atom) || op.lower == Lower::Opaque && !of_entries
    }

    /// The term with an entry of the derivative of a factor by the symbol.
    pub(crate) fn with_kept(
        &mut self,
        mut term: Term,
        factor: &Factor,
        symbol: ExprId,
    ) -> Result<Term> {
        let array = self.array(factor.atom, symbol)?;
        let by = self.wrt.iter().flat_map(|(_, legs)| legs);
        let mut legs: SmallVec<[Leg; 2]> =
            factor.legs.iter().chain(by).filter(|leg| !leg.is_empty()).cloned().collect();
        let axes = self.graph.shape(array).axes();
        if axes.iter().filter(|axis| !axis.is_one()).count() != legs.len() {
            return Err(CalculusError::NotAvailable(factor.atom));
        }
        legs.resize(axes.len(), Leg::new());
        term.factors.push(Factor::new(array, legs));
        Ok(term)
    }

    /// The derivative of an expression by a symbol with one axis an index.
    fn array(&mut self, atom: ExprId, symbol: ExprId) -> Result<ExprId> {
        if let Some(found) = self.kept.found.get(&(atom, symbol)) {
            return Ok(*found);
        }
        let outside = (
            self.wrt.take(),
            std::mem::replace(&mut self.kept.opened, BTreeSet::from([atom])),
            std::mem::take(&mut self.expand_sums),
        );
        let array = self.written_array(atom, symbol);
        (self.wrt, self.kept.opened, self.expand_sums) = outside;
        let array = array?;
        self.kept.found.insert((atom, symbol), array);
        self.kept.arrays.insert(array);
        Ok(array)
    }

    fn written_array(&mut self, atom: ExprId, symbol: ExprId) -> Result<ExprId> {
        let start = self.term_of(atom);
        let terms = self.differentiate(&[start], symbol)?;
        let terms = self.normalise(terms)?;
        let mut axes = self.graph.shape(atom).axes();
        axes.extend(self.graph.shape(symbol).axes());
        let proper: Vec<usize> = (0..axes.len()).filter(|k| !axes[*k].is_one()).collect();
        let sizes: Vec<_> = proper.iter().map(|k| axes[*k].clone()).collect();
        let target = match proper[..] {
            [] => Target::Matrix { rows: vec![], cols: vec![] },
            [a] => Target::Matrix { rows: vec![a], cols: vec![] },
            [a, b] => Target::Matrix { rows: vec![a], cols: vec![b] },
            _ => Target::Tensor(proper),
        };
        let raised = terms.iter().map(|term| self.raise(term, &target)).collect::<Result<_>>()?;
        self.sum(raised, &Shape::of(&sizes))
    }

    /// The differential of an array times a scalar, or over one; `None` for anything else.
    pub(crate) fn scaled_tensor(
        &mut self,
        term: &Term,
        factor: &Factor,
        symbol: ExprId,
    ) -> Option<Vec<Term>> {
        if self.graph.shape(factor.atom).is_matrix() {
            return None;
        }
        let (scalar, array, pow) = match self.graph.application(factor.atom)? {
            (Kernel::Scale, [scalar, array]) => (*scalar, *array, Number::ONE),
            (Kernel::Divide, [array, scalar]) => (*scalar, *array, Number::MINUS_ONE),
            _ => return None,
        };
        let scalar = Factor::new(scalar, SmallVec::from_elem(Leg::new(), 2)).powered(pow);
        let array = Factor { atom: array, varied: false, ..factor.clone() };
        let mut terms = Vec::new();
        if self.graph.depends_on(scalar.atom, symbol) {
            let mut varied = term.clone();
            varied.coef = varied.coef.mul(pow);
            let less = scalar.clone().powered(pow.add(Number::MINUS_ONE));
            let differential = Factor { varied: true, pow: Number::ONE, ..scalar.clone() };
            varied.factors.extend([less, array.clone(), differential]);
            varied.factors.retain(|f| !f.pow.is_zero());
            terms.push(varied);
        }
        if self.graph.depends_on(array.atom, symbol) {
            let mut varied = term.clone();
            varied.factors.extend([scalar, Factor { varied: true, ..array }]);
            terms.push(varied);
        }
        Some(terms)
    }
}
