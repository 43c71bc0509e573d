//! Symbolic sizes: polynomials with integer coefficients in size names.

use std::fmt;
use std::sync::{Arc, LazyLock};

/// A size, such as `3`, `n`, `m*n` or `m + 1`.
///
/// Kept expanded: a sorted sum of integer multiples of products of names, so that equal sizes compare equal.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Dim(Arc<[(Monomial, i64)]>);

type Monomial = Vec<Arc<str>>;

impl Dim {
    /// A fixed size.
    pub fn constant(n: i64) -> Dim {
        Dim::from_terms(vec![(Vec::new(), n)])
    }

    /// One, the missing axis of a vector or scalar.
    pub fn one() -> Dim {
        // Every vector and every scalar has one of these.
        static ONE: LazyLock<Dim> = LazyLock::new(|| Dim::constant(1));
        ONE.clone()
    }

    /// A named size.
    pub fn symbol(name: &str) -> Dim {
        Dim(Arc::from([(vec![Arc::from(name)], 1)]))
    }

    /// The number, when no name occurs.
    pub fn as_constant(&self) -> Option<i64> {
        match &*self.0 {
            [] => Some(0),
            [(names, n)] if names.is_empty() => Some(*n),
            _ => None,
        }
    }

    /// The name, when the size is one name alone.
    pub fn as_symbol(&self) -> Option<&str> {
        match &*self.0 {
            [(names, 1)] if names.len() == 1 => Some(&names[0]),
            _ => None,
        }
    }

    /// Whether the size is exactly 1.
    pub fn is_one(&self) -> bool {
        self.as_constant() == Some(1)
    }

    /// The sum of two sizes.
    pub fn plus(&self, other: &Dim) -> Dim {
        Dim::from_terms(self.0.iter().chain(other.0.iter()).cloned().collect())
    }

    /// The difference of two sizes.
    pub fn minus(&self, other: &Dim) -> Dim {
        self.plus(&other.times(&Dim::constant(-1)))
    }

    /// The product of two sizes.
    pub fn times(&self, other: &Dim) -> Dim {
        if self.is_one() {
            return other.clone();
        }
        if other.is_one() {
            return self.clone();
        }
        let mut terms = Vec::new();
        for (left, a) in self.0.iter() {
            for (right, b) in other.0.iter() {
                let mut names = [left.clone(), right.clone()].concat();
                names.sort();
                terms.push((names, a.saturating_mul(*b)));
            }
        }
        Dim::from_terms(terms)
    }

    /// The product of several sizes.
    pub fn product<'a>(sizes: impl IntoIterator<Item = &'a Dim>) -> Dim {
        sizes.into_iter().fold(Dim::one(), |product, size| product.times(size))
    }

    /// The names that occur, sorted, without repetition.
    pub fn symbols(&self) -> Vec<Arc<str>> {
        let mut names: Vec<_> = self.names().cloned().collect();
        names.sort();
        names.dedup();
        names
    }

    /// The text as one factor: a sum in parentheses.
    pub fn factor(&self) -> String {
        if self.terms().len() > 1 { format!("({self})") } else { self.to_string() }
    }

    /// The names of all factors, as they stand.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().flat_map(|(names, _)| names)
    }

    /// The same size with each name replaced by what `value` gives for it.
    pub fn substitute(&self, value: &dyn Fn(&str) -> Option<Dim>) -> Dim {
        if let Some(name) = self.as_symbol() {
            return value(name).unwrap_or_else(|| self.clone());
        }
        if self.as_constant().is_some() {
            return self.clone();
        }
        let mut sum = Dim::constant(0);
        for (names, n) in self.0.iter() {
            let factors: Vec<Dim> =
                names.iter().map(|name| value(name).unwrap_or_else(|| Dim::symbol(name))).collect();
            sum = sum.plus(&Dim::product(&factors).times(&Dim::constant(*n)));
        }
        sum
    }

    /// The number for given values of the names; `None` when one is missing, or on overflow.
    pub fn evaluate(&self, value: &dyn Fn(&str) -> Option<i64>) -> Option<i64> {
        let mut sum = 0_i64;
        for (names, n) in self.0.iter() {
            let mut product = *n;
            for name in names {
                product = product.checked_mul(value(name)?)?;
            }
            sum = sum.checked_add(product)?;
        }
        Some(sum)
    }

    /// The summands, each a sorted product of names and its coefficient.
    pub fn terms(&self) -> &[(Vec<Arc<str>>, i64)] {
        &self.0
    }

    fn from_terms(mut terms: Vec<(Monomial, i64)>) -> Dim {
        terms.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then(a.cmp(b)));
        let mut merged: Vec<(Monomial, i64)> = Vec::with_capacity(terms.len());
        for (names, n) in terms {
            match merged.last_mut() {
                Some((last, sum)) if *last == names => *sum = sum.saturating_add(n),
                _ => merged.push((names, n)),
            }
        }
        merged.retain(|(_, n)| *n != 0);
        Dim(merged.into())
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        for (place, (names, n)) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(if *n < 0 { "-" } else { "+" })?;
            } else if *n < 0 {
                f.write_str("-")?;
            }
            let factors: Vec<String> = (n.abs() != 1 || names.is_empty())
                .then(|| n.abs().to_string())
                .into_iter()
                .chain(names.iter().map(|name| name.to_string()))
                .collect();
            f.write_str(&factors.join("*"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_polynomials_are_equal() {
        let (m, n) = (Dim::symbol("m"), Dim::symbol("n"));
        assert_eq!(m.plus(&n).times(&m), m.times(&m).plus(&n.times(&m)));
        assert_eq!(m.times(&n).to_string(), "m*n");
        assert_eq!(m.plus(&Dim::one()).to_string(), "m+1");
        assert!(m.minus(&m).as_constant() == Some(0));
    }
}
