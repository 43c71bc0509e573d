//! Matrices that are perturbed along several directions at once.

use crate::error::Error;
use crate::matrix::Matrix;
use crate::operator::MOST_ENTRIES;
use crate::product::{accumulate, transposed_product};
use crate::scale::exponent_of;

/// `Σ_S ε_S A_S` over the sets `S` of directions, where every `εᵢ² = 0`: `A` itself belongs to the empty set.
///
/// An algorithm of products, sums and solutions of equations that is run with such matrices gives in the part of all
/// directions the mixed derivative of what it computes.
/// They are the block triangular matrices of size `2^k*n` of which derivatives of order `k` are read, without what these
/// repeat: a product costs at most `3^k` products of parts.
/// # References
/// Mathias 1996, *A chain rule for matrix functions and applications*; Higham and Relton 2014, *Higher order Fréchet
/// derivatives of matrix functions and the level-2 condition number*.
#[derive(Clone, Debug)]
pub(crate) struct Perturbed {
    /// By set, bit `i` for direction `i`; nothing for a part that is zero.
    parts: Vec<Option<Matrix>>,
    rows: usize,
    cols: usize,
}

impl Perturbed {
    /// `A + Σᵢ εᵢEᵢ`.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where there are so many directions that the parts cannot be written out.
    pub(crate) fn new(
        function: &'static str,
        a: Matrix,
        directions: &[Matrix],
    ) -> Result<Perturbed, Error> {
        let (rows, cols) = (a.rows(), a.cols());
        let most = MOST_ENTRIES / (rows * cols).max(1);
        // Of 20 directions and more even the sets of a number are too many.
        if directions.len() > 20 || 1 << directions.len() > most.max(1) {
            return Err(Error::TooLarge {
                function,
                rows: (rows * cols).max(1),
                cols: 1 << directions.len().min(40),
            });
        }
        let mut sum = Perturbed::constant(a, 1 << directions.len());
        for (i, e) in directions.iter().enumerate() {
            sum.parts[1 << i] = (e.max_abs() != 0.0).then(|| e.clone());
        }
        Ok(sum)
    }

    /// A matrix that does not depend on the directions, of which there are so many sets.
    pub(crate) fn constant(a: Matrix, sets: usize) -> Perturbed {
        let (rows, cols) = (a.rows(), a.cols());
        let mut parts = vec![None; sets];
        parts[0] = Some(a);
        Perturbed { parts, rows, cols }
    }

    /// Zero.
    pub(crate) fn zero(rows: usize, cols: usize, sets: usize) -> Perturbed {
        Perturbed { parts: vec![None; sets], rows, cols }
    }

    /// Rows and columns.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.rows, self.cols)
    }

    /// The number of sets of directions.
    pub(crate) fn sets(&self) -> usize {
        self.parts.len()
    }

    /// The part of a set; nothing where it is zero.
    pub(crate) fn part(&self, set: usize) -> Option<&Matrix> {
        self.parts[set].as_ref()
    }

    /// Gives a set its part.
    pub(crate) fn put(&mut self, set: usize, part: Matrix) {
        self.parts[set] = Some(part);
    }

    /// The part of the empty set.
    pub(crate) fn base(&self) -> Matrix {
        self.parts[0].clone().unwrap_or_else(|| Matrix::zeros(self.rows, self.cols))
    }

    /// The part of all directions.
    pub(crate) fn full(mut self) -> Matrix {
        let last = self.parts.pop().flatten();
        last.unwrap_or_else(|| Matrix::zeros(self.rows, self.cols))
    }

    /// `f` of every part, for a linear `f`.
    pub(crate) fn map(&self, f: impl Fn(&Matrix) -> Matrix) -> Perturbed {
        let parts: Vec<_> = self.parts.iter().map(|part| part.as_ref().map(&f)).collect();
        let shape = parts.iter().flatten().next().map(|part| (part.rows(), part.cols()));
        let (rows, cols) = shape.unwrap_or_else(|| {
            let zero = f(&Matrix::zeros(self.rows, self.cols));
            (zero.rows(), zero.cols())
        });
        Perturbed { parts, rows, cols }
    }

    pub(crate) fn transpose(&self) -> Perturbed {
        self.map(Matrix::transpose)
    }

    pub(crate) fn scaled(&self, factor: f64) -> Perturbed {
        self.map(|part| part.scaled(factor))
    }

    pub(crate) fn scaled_by_power(&self, exponent: i32) -> Perturbed {
        self.map(|part| part.scaled_by_power(exponent))
    }

    /// `self + factor*other`.
    pub(crate) fn plus(&self, factor: f64, other: &Perturbed) -> Perturbed {
        let parts = self.parts.iter().zip(&other.parts).map(|pair| match pair {
            (Some(x), Some(y)) => Some(x.plus(factor, y)),
            (None, Some(y)) => Some(y.scaled(factor)),
            (x, None) => x.clone(),
        });
        Perturbed { parts: parts.collect(), rows: self.rows, cols: self.cols }
    }

    /// `self + shift*I`.
    pub(crate) fn shifted(&self, shift: f64) -> Perturbed {
        let mut sum = self.clone();
        sum.parts[0] = Some(self.base().shifted(shift));
        sum
    }

    /// The block whose upper left corner is `(top, left)`.
    pub(crate) fn block(&self, top: usize, left: usize, rows: usize, cols: usize) -> Perturbed {
        self.map(|part| part.block(top, left, rows, cols))
    }

    /// Times a perturbed number, given by its parts.
    pub(crate) fn times(&self, number: &[f64]) -> Perturbed {
        let mut product = Perturbed::zero(self.rows, self.cols, self.sets());
        for set in 0..self.sets() {
            let terms = subsets(set)
                .filter_map(|subset| Some(self.part(subset)?.scaled(number[set & !subset])));
            product.parts[set] = terms.reduce(|sum, term| sum.plus(1.0, &term));
        }
        product
    }

    /// `self*other`.
    pub(crate) fn product(&self, other: &Perturbed) -> Perturbed {
        let mut product = Perturbed::zero(self.rows, other.cols, self.sets());
        for set in 0..self.sets() {
            product.parts[set] = self.convolved(other, set, |_| true);
        }
        product
    }

    /// `Σ A_T*B_{S∖T}` over the subsets `T` of `S` that are admitted; nothing where all terms are zero.
    pub(crate) fn convolved(
        &self,
        other: &Perturbed,
        set: usize,
        admitted: impl Fn(usize) -> bool,
    ) -> Option<Matrix> {
        let mut sum: Option<Matrix> = None;
        for subset in subsets(set).filter(|subset| admitted(*subset)) {
            if let (Some(x), Some(y)) = (self.part(subset), other.part(set & !subset)) {
                let keep = sum.is_some();
                let out = sum.get_or_insert_with(|| Matrix::zeros(self.rows, other.cols));
                accumulate(out, keep, x.as_faer(), y.as_faer(), 1.0);
            }
        }
        sum
    }

    /// `Σ A_T'*A_{S∖T}` over the subsets `T` of `S` that are admitted, each together with `S∖T`; nothing where all terms are
    /// zero.
    pub(crate) fn transposed_convolved(
        &self,
        set: usize,
        admitted: impl Fn(usize) -> bool,
    ) -> Option<Matrix> {
        // The term of S∖T is the transpose of that of T.
        let halves = subsets(set).filter(|subset| *subset < set & !*subset && admitted(*subset));
        let terms = halves.filter_map(|subset| {
            Some(transposed_product(self.part(subset)?, self.part(set & !subset)?))
        });
        let half = terms.reduce(|sum, term| sum.plus(1.0, &term))?;
        Some(half.plus(1.0, &half.transpose()))
    }

    /// The solution `X` of `A*X = B` with this as `A`, where `solve` solves equations with the part of the empty set.
    ///
    /// # Errors
    /// Those of `solve`.
    pub(crate) fn solved(
        &self,
        b: &Perturbed,
        solve: impl Fn(&Matrix) -> Result<Matrix, Error>,
    ) -> Result<Perturbed, Error> {
        let mut x = Perturbed::zero(self.cols, b.cols, self.sets());
        for set in 0..self.sets() {
            let known = self.convolved(&x, set, |subset| subset != 0);
            let right = match (b.part(set), known) {
                (Some(b), Some(known)) => b.plus(-1.0, &known),
                (Some(b), None) => b.clone(),
                (None, Some(known)) => known.scaled(-1.0),
                (None, None) => continue,
            };
            x.parts[set] = Some(solve(&right)?);
        }
        Ok(x)
    }

    /// The sum of the 1-norms of all parts, with every direction multiplied by `share`.
    pub(crate) fn norm_with(&self, share: f64) -> f64 {
        let parts = self.parts.iter().enumerate();
        let size = |(set, part): (usize, &Option<Matrix>)| {
            part.as_ref().map_or(0.0, |x| share.powi(set.count_ones() as i32) * x.norm_one())
        };
        parts.map(size).sum()
    }

    /// # Errors
    /// [`Error::Overflow`] where an entry is no number.
    pub(crate) fn checked_result(self, function: &'static str) -> Result<Perturbed, Error> {
        if self.parts.iter().flatten().all(Matrix::is_finite) {
            Ok(self)
        } else {
            Err(Error::Overflow { function })
        }
    }
}

/// The subsets of a set, the set itself first and the empty one last.
pub(crate) fn subsets(set: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(set), move |subset| {
        (*subset != 0).then(|| (*subset).wrapping_sub(1) & set)
    })
}

/// Directions near 1, and the exponent of the power of two by which a derivative along them is too small.
pub(crate) struct Directions {
    pub(crate) near_one: Vec<Matrix>,
    pub(crate) exponent: i32,
}

impl Directions {
    /// # Errors
    /// [`Error::Shape`] unless they are `rows×cols`, [`Error::NotFinite`].
    pub(crate) fn new(
        function: &'static str,
        (rows, cols): (usize, usize),
        directions: &[&Matrix],
    ) -> Result<Directions, Error> {
        let mut found = Directions { near_one: Vec::new(), exponent: 0 };
        for e in directions {
            if (rows, cols) != (e.rows(), e.cols()) {
                let detail = format!("{rows}×{cols} and a direction {}×{}", e.rows(), e.cols());
                return Err(Error::Shape { function, detail });
            }
            e.checked_finite(function)?;
            let exponent = exponent_of(e.max_abs());
            found.near_one.push(e.scaled_by_power(-exponent));
            found.exponent += exponent;
        }
        Ok(found)
    }
}
