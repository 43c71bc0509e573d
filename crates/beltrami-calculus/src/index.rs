//! Index notation: terms are products of entries, summed over the indices that are not outputs.

use beltrami_core::{Dim, ExprId, Number};
use smallvec::SmallVec;

/// An index; its range is looked up in the `Space` that made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Idx(pub u32);

/// The indices along one axis: none for an axis of size 1, several for a grouped axis, the slow one first.
pub type Leg = SmallVec<[Idx; 2]>;

/// An entry of an expression to a power, such as `A[i,j]^2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The expression.
    pub atom: ExprId,
    /// Its indices, one leg an axis.
    pub legs: SmallVec<[Leg; 2]>,
    /// The power the entry is raised to.
    pub pow: Number,
    /// Whether the differential of the entry is meant, not the entry itself.
    pub varied: bool,
}

impl Factor {
    /// An entry.
    pub fn new(atom: ExprId, legs: SmallVec<[Leg; 2]>) -> Factor {
        Factor { atom, legs, pow: Number::ONE, varied: false }
    }

    /// The same entry to a power.
    pub fn powered(mut self, pow: Number) -> Factor {
        self.pow = pow;
        self
    }

    /// The indices in order, repetitions kept.
    pub fn indices(&self) -> impl Iterator<Item = Idx> + '_ {
        self.legs.iter().flatten().copied()
    }
}

/// A product of entries and a number, summed over [`Term::sums`].
///
/// An index that occurs twice among the outputs is a δ; an output index that occurs in no factor means that the value
/// does not depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The constant in front.
    pub coef: Number,
    /// The entries.
    pub factors: Vec<Factor>,
    /// The indices summed over.
    pub sums: Vec<Idx>,
    /// The output axes.
    pub out: Vec<Leg>,
}

impl Term {
    /// The number of times an index occurs in factors.
    pub fn occurrences(&self, idx: Idx) -> usize {
        self.factors.iter().flat_map(Factor::indices).filter(|i| *i == idx).count()
    }

    /// Whether an index is among the outputs.
    pub fn is_free(&self, idx: Idx) -> bool {
        self.out.iter().any(|leg| leg.contains(&idx))
    }

    /// Replaces an index by a group of indices (or another index) everywhere.
    pub fn substitute(&mut self, idx: Idx, by: &[Idx]) {
        let replace = |leg: &mut Leg| {
            if leg.contains(&idx) {
                *leg = leg
                    .iter()
                    .flat_map(|i| if *i == idx { by.to_vec() } else { vec![*i] })
                    .collect();
            }
        };
        self.factors.iter_mut().flat_map(|f| f.legs.iter_mut()).for_each(replace);
        self.out.iter_mut().for_each(replace);
    }

    /// The term without its coefficient and with its indices numbered by place.
    ///
    /// Terms with equal keys are equal up to the coefficient; the converse may fail for very symmetric sums, which only
    /// costs a merger.
    pub fn key(&self) -> Key {
        let colours = self.colours();
        let colour = |i: Idx| colours.iter().find(|(j, _)| *j == i).map_or(0, |(_, c)| *c);
        let mut names: Vec<Idx> = Vec::new();
        for idx in self.out.iter().flatten() {
            if !names.contains(idx) {
                names.push(*idx);
            }
        }
        let mut sums = self.sums.clone();
        sums.sort_by_key(|i| (colour(*i), *i));
        names.extend(sums);
        let name = |i: &Idx| names.iter().position(|n| n == i).map_or(u32::MAX, |p| p as u32);
        let rename = |legs: &[Leg]| -> Vec<Vec<u32>> {
            legs.iter().map(|leg| leg.iter().map(name).collect()).collect()
        };
        let mut factors: Vec<_> =
            self.factors.iter().map(|f| (f.atom, rename(&f.legs), f.pow)).collect();
        factors.sort();
        Key { out: rename(&self.out), factors }
    }

    fn colours(&self) -> Vec<(Idx, u64)> {
        let mut colours: Vec<(Idx, u64)> = Vec::new();
        for idx in
            self.factors.iter().flat_map(Factor::indices).chain(self.out.iter().flatten().copied())
        {
            if !colours.iter().any(|(i, _)| *i == idx) {
                let place =
                    self.out.iter().flatten().position(|i| *i == idx).map_or(0, |p| p as u64 + 1);
                colours.push((idx, mix(17, place)));
            }
        }
        for _ in 0..self.sums.len().min(8) {
            let before = colours.clone();
            let look = |i: Idx| before.iter().find(|(j, _)| *j == i).map_or(0, |(_, c)| *c);
            for (idx, colour) in &mut colours {
                let mut seen: Vec<u64> = Vec::new();
                for factor in &self.factors {
                    for (place, i) in factor.indices().enumerate() {
                        if i == *idx {
                            let own = mix(factor.atom.index() as u64 + 1, place as u64 + 1);
                            let power = mix(own, factor.pow.to_f64().to_bits());
                            seen.push(factor.indices().fold(power, |h, j| mix(h, look(j))));
                        }
                    }
                }
                seen.sort_unstable();
                *colour = seen.into_iter().fold(*colour, mix);
            }
        }
        colours
    }
}

fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31)
}

/// What a term is apart from its coefficient and the names of its indices.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Key {
    out: Vec<Vec<u32>>,
    factors: Vec<(ExprId, Vec<Vec<u32>>, Number)>,
}

/// The ranges of indices.
#[derive(Clone, Debug, Default)]
pub struct Space {
    dims: Vec<Dim>,
}

impl Space {
    /// A new index.
    pub fn fresh(&mut self, dim: &Dim) -> Idx {
        self.dims.push(dim.clone());
        Idx(self.dims.len() as u32 - 1)
    }

    /// The range of an index.
    pub fn dim(&self, idx: Idx) -> &Dim {
        &self.dims[idx.0 as usize]
    }

    /// The range of a leg.
    pub fn leg_dim(&self, leg: &[Idx]) -> Dim {
        Dim::product(leg.iter().map(|i| self.dim(*i)))
    }
}
