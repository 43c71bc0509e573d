//! The thin singular value decomposition by reduction to bidiagonal form.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as apply_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply,
};
use faer::linalg::qr::no_pivoting::factor::{
    qr_in_place, qr_in_place_scratch, recommended_block_size,
};
use faer::linalg::svd::bidiag::{bidiag_in_place, bidiag_in_place_scratch};
use faer::traits::RealField;
use faer::traits::math_utils::from_f64;
use faer::{Conj, Mat, MatMut, MatRef, Par};

use crate::factor::bidiagonal::BidiagonalSvd;

/// `A = U*diag(s)*V'`, values descending.
pub(crate) struct Thin<T> {
    pub(crate) u: Mat<T>,
    pub(crate) s: Vec<f64>,
    pub(crate) v: Mat<T>,
}

/// Rows over columns from which the triangular factor is decomposed instead.
///
/// # References
/// Chan 1982, *An improved algorithm for computing the singular value decomposition*: from 5/3 on it takes fewer
/// operations; the sweeps over the matrix that it saves are slower than the products it adds.
const TALL: f64 = 1.5;

/// The thin decomposition of an `m×n` matrix, `m ≥ n ≥ 1`, of which the largest entry is near 1.
///
/// # References
/// Golub and Van Loan 2013, section 8.6.
pub(crate) fn thin<T: RealField + Copy + Into<f64>>(a: MatRef<'_, T>) -> Thin<T> {
    let (m, n) = (a.nrows(), a.ncols());
    if tall(a) {
        let (packed, factor, r) = triangular(a);
        let Thin { u: inner, s, v } = thin(r.as_ref());
        let mut u = Mat::zeros(m, n);
        u.as_mut().subrows_mut(0, n).copy_from(inner);
        reflect(packed.as_ref(), factor.as_ref(), Conj::No, u.as_mut());
        return Thin { u, s, v };
    }
    let mut reduced = Reduced::new(a);
    let found = BidiagonalSvd::<T>::new(&reduced.diagonal, &reduced.superdiagonal, true);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_unstable_by(|i, j| found.s[*j].total_cmp(&found.s[*i]));
    let s = order.iter().map(|i| found.s[*i]).collect();
    let (mut u, mut v) = (Mat::zeros(m, n), Mat::zeros(n, n));
    // The bidiagonal matrix is the transpose of that which was decomposed.
    if let Some(vectors) = found.vectors {
        for (place, i) in order.iter().enumerate() {
            u.col_as_slice_mut(place)[..n].copy_from_slice(vectors.v.col_as_slice(*i));
            v.col_as_slice_mut(place).copy_from_slice(&vectors.u.col_as_slice(*i)[..n]);
        }
    }
    reduced.apply(u.as_mut(), v.as_mut());
    Thin { u, s, v }
}

/// The singular values of an `m×n` matrix, `m ≥ n ≥ 1`, of which the largest entry is near 1, descending.
pub(crate) fn values<T: RealField + Copy + Into<f64>>(a: MatRef<'_, T>) -> Vec<f64> {
    if tall(a) {
        return values(triangular(a).2.as_ref());
    }
    let reduced = Reduced::new(a);
    let mut s = BidiagonalSvd::<T>::new(&reduced.diagonal, &reduced.superdiagonal, false).s;
    s.sort_unstable_by(|x, y| y.total_cmp(x));
    s
}

fn tall<T>(a: MatRef<'_, T>) -> bool {
    a.nrows() as f64 > TALL * a.ncols() as f64
}

/// Reflections, their block factors, and the triangular matrix that they leave.
fn triangular<T: RealField + Copy>(a: MatRef<'_, T>) -> (Mat<T>, Mat<T>, Mat<T>) {
    let (m, n) = (a.nrows(), a.ncols());
    let block = recommended_block_size::<T>(m, n);
    let (mut packed, mut factor) = (a.to_owned(), Mat::zeros(block, n));
    let mut memory =
        MemBuffer::new(qr_in_place_scratch::<T>(m, n, block, Par::Seq, Default::default()));
    let stack = MemStack::new(&mut memory);
    qr_in_place(packed.as_mut(), factor.as_mut(), Par::Seq, stack, Default::default());
    let r = Mat::from_fn(n, n, |i, j| if i <= j { packed[(i, j)] } else { from_f64(0.0) });
    (packed, factor, r)
}

/// `X ← Q*X` for a sequence of reflections.
fn reflect<T: RealField + Copy>(
    basis: MatRef<'_, T>,
    factor: MatRef<'_, T>,
    conj: Conj,
    x: MatMut<'_, T>,
) {
    let scratch = apply_scratch::<T>(basis.nrows(), factor.nrows(), x.ncols());
    let mut memory = MemBuffer::new(scratch);
    apply(basis, factor, conj, x, Par::Seq, MemStack::new(&mut memory));
}

/// An upper bidiagonal matrix, and the reflections that made it so.
struct Reduced<T> {
    diagonal: Vec<f64>,
    /// As many entries, the last of them 0.
    superdiagonal: Vec<f64>,
    packed: Mat<T>,
    left: Mat<T>,
    right: Mat<T>,
}

impl<T: RealField + Copy + Into<f64>> Reduced<T> {
    fn new(a: MatRef<'_, T>) -> Reduced<T> {
        let (m, n) = (a.nrows(), a.ncols());
        let block = recommended_block_size::<T>(m, n);
        let mut packed = a.to_owned();
        let (mut left, mut right) = (Mat::zeros(block, n), Mat::zeros(block, n - 1));
        let mut memory =
            MemBuffer::new(bidiag_in_place_scratch::<T>(m, n, Par::Seq, Default::default()));
        bidiag_in_place(
            packed.as_mut(),
            left.as_mut(),
            right.as_mut(),
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        );
        let diagonal = (0..n).map(|i| packed[(i, i)].into()).collect();
        let mut superdiagonal: Vec<f64> = (1..n).map(|i| packed[(i - 1, i)].into()).collect();
        superdiagonal.push(0.0);
        Reduced { diagonal, superdiagonal, packed, left, right }
    }

    /// Turns vectors of the bidiagonal matrix into those of the whole.
    fn apply(&mut self, u: MatMut<'_, T>, v: MatMut<'_, T>) {
        let n = self.diagonal.len();
        reflect(self.packed.as_ref(), self.left.as_ref(), Conj::No, u);
        if n < 2 {
            return;
        }
        // Reflections from the right are rows, and wanted as columns.
        let rows = self.packed.as_ref().submatrix(0, 1, n - 1, n - 1);
        let basis = rows.transpose().to_owned();
        reflect(basis.as_ref(), self.right.as_ref(), Conj::No, v.subrows_mut(1, n - 1));
    }
}
