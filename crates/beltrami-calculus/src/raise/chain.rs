//! Products of matrices in a row, each perhaps transposed.

use beltrami_core::{ExprId, Facts, Kernel, Number};

use crate::calculus::Calculus;
use crate::error::Result;

/// A product of matrices; `true` marks a transposed factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain(pub Vec<(ExprId, bool)>);

impl Chain {
    pub(crate) fn of(expr: ExprId) -> Chain {
        Chain(vec![(expr, false)])
    }

    pub(crate) fn then(mut self, other: Chain) -> Chain {
        self.0.extend(other.0);
        self
    }

    /// The transposed product.
    pub(crate) fn transposed(self) -> Chain {
        Chain(self.0.into_iter().rev().map(|(expr, flag)| (expr, !flag)).collect())
    }
}

impl Calculus<'_> {
    /// The chain as an expression, transposed as a whole when that takes fewer transpositions; `None` when it is empty.
    pub(crate) fn product(&mut self, chain: &Chain) -> Result<Option<ExprId>> {
        let chain = self.simplify_chain(chain)?;
        let count = |this: &Self, flag: bool| {
            chain
                .0
                .iter()
                .filter(|(expr, f)| *f == flag && !this.graph.facts(*expr).has(Facts::SYMMETRIC))
                .count()
        };
        if count(self, true) > count(self, false) + 1 {
            let reversed = self.multiply(&chain.transposed())?;
            return reversed.map(|product| Ok(self.graph.transpose(product)?)).transpose();
        }
        self.multiply(&chain)
    }

    /// The chain times a column.
    pub(crate) fn apply_chain(&mut self, chain: &Chain, column: ExprId) -> Result<ExprId> {
        let chain = self.simplify_chain(chain)?;
        let mut result = column;
        for (expr, flag) in chain.0.iter().rev() {
            let factor = if *flag { self.graph.transpose(*expr)? } else { *expr };
            result = match (
                self.graph.args_of(factor, Kernel::DiagMatrix),
                self.graph.shape(result).is_vector(),
            ) {
                (Some([v]), true) if self.graph.shape(*v).is_vector() => {
                    let v = *v;
                    self.graph.hadamard(v, result)?
                }
                _ => self.graph.mul(factor, result)?,
            };
        }
        Ok(result)
    }

    fn multiply(&mut self, chain: &Chain) -> Result<Option<ExprId>> {
        let mut factors = Vec::new();
        let mut place = 0;
        while place < chain.0.len() {
            let (expr, flag) = chain.0[place];
            let run = chain.0[place..].iter().take_while(|next| **next == (expr, flag)).count();
            let factor = if flag { self.graph.transpose(expr)? } else { expr };
            if run > 1 && self.graph.shape(expr).is_square() {
                let exponent = self.graph.number(Number::int(run as i64));
                let base = if flag { expr } else { factor };
                let power = self.graph.mat_power(base, exponent)?;
                factors.push(if flag { self.graph.transpose(power)? } else { power });
            } else {
                factors.extend(std::iter::repeat_n(factor, run));
            }
            place += run;
        }
        Ok(self.graph.product_of(&factors)?)
    }

    /// Flattens products inside the chain, then drops identities and products of a matrix with its inverse.
    fn simplify_chain(&mut self, chain: &Chain) -> Result<Chain> {
        let mut flat: Vec<(ExprId, bool)> = Vec::new();
        for (expr, flag) in &chain.0 {
            let factors = self.graph.chain(*expr).into_iter().map(|factor| {
                match self.graph.args_of(factor, Kernel::Transpose) {
                    Some([inner]) => (*inner, true),
                    _ => (factor, false),
                }
            });
            let part = Chain(factors.collect());
            flat.extend(if *flag { part.transposed().0 } else { part.0 });
        }
        for factor in &mut flat {
            factor.1 &= !self.graph.facts(factor.0).has(Facts::SYMMETRIC);
        }
        flat.retain(|(expr, _)| !self.graph.is_eye(*expr));
        while let Some((from, to)) = self.cancelling(&flat) {
            if to - from == flat.len() {
                let (first, flag) = flat[0];
                let shape = self.graph.shape(first);
                let n = if flag { shape.cols.clone() } else { shape.rows.clone() };
                return Ok(Chain::of(self.graph.eye(&n)?));
            }
            flat.drain(from..to);
        }
        Ok(Chain(flat))
    }

    /// A stretch of the chain whose product is the identity: `inv(A)*A`, `A*inv(A)`, or `Q'*Q` for orthogonal `Q`.
    fn cancelling(&self, flat: &[(ExprId, bool)]) -> Option<(usize, usize)> {
        for place in 0..flat.len() {
            let (expr, flag) = flat[place];
            if let Some([inner]) = self.graph.args_of(expr, Kernel::Inv) {
                let mut wanted: Vec<(ExprId, bool)> = Vec::new();
                for factor in self.graph.chain(*inner) {
                    let (factor, transposed) = match self.graph.args_of(factor, Kernel::Transpose) {
                        Some([under]) => (*under, true),
                        _ => (factor, false),
                    };
                    wanted.push((
                        factor,
                        transposed && !self.graph.facts(factor).has(Facts::SYMMETRIC),
                    ));
                }
                if flag {
                    wanted.reverse();
                    wanted
                        .iter_mut()
                        .for_each(|(f, t)| *t = !*t && !self.graph.facts(*f).has(Facts::SYMMETRIC));
                }
                let length = wanted.len();
                if flat.get(place + 1..place + 1 + length) == Some(&wanted[..]) {
                    return Some((place, place + 1 + length));
                }
                if place >= length && flat[place - length..place] == wanted[..] {
                    return Some((place - length, place + 1));
                }
            }
            if let Some((next, other)) = flat.get(place + 1)
                && *next == expr
                && *other != flag
                && self.graph.facts(expr).has(Facts::ORTHOGONAL)
            {
                return Some((place, place + 2));
            }
        }
        None
    }
}
