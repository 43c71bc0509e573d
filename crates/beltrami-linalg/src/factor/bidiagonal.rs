//! Singular values of bidiagonal matrices by divide and conquer.

use faer::linalg::matmul::matmul;
use faer::traits::RealField;
use faer::traits::math_utils::from_f64;
use faer::{Accum, Mat, MatMut, MatRef, Par};

use crate::factor::secular::Secular;
use crate::scale::{exponent_of, ldexp};

/// `B = U*[diag(s); 0]*V'` of an `(n+1)×n` lower bidiagonal matrix, values in no order.
///
/// Values are computed in double precision, with vectors or without; vectors are stored in either format.
/// # References
/// Gu and Eisenstat 1995, *A divide-and-conquer algorithm for the bidiagonal SVD*.
pub(crate) struct BidiagonalSvd<T> {
    /// The singular values.
    pub(crate) s: Vec<f64>,
    /// The vectors, where they are asked for.
    pub(crate) vectors: Option<Vectors<T>>,
    /// The first row of `U`, and the last: all that the next larger matrix needs for its values.
    first: Vec<f64>,
    last: Vec<f64>,
}

/// `U`, `(n+1)×(n+1)`, whose last column belongs to no value, and `V`, `n×n`.
pub(crate) struct Vectors<T> {
    pub(crate) u: Mat<T>,
    pub(crate) v: Mat<T>,
}

impl<T: RealField + Copy> BidiagonalSvd<T> {
    /// Of the matrix with this diagonal and the entries below it, as many.
    pub(crate) fn new(diagonal: &[f64], below: &[f64], with_vectors: bool) -> BidiagonalSvd<T> {
        let n = diagonal.len();
        if n < 2 {
            return BidiagonalSvd::column(diagonal, below, with_vectors);
        }
        let k = n / 2;
        let top = BidiagonalSvd::new(&diagonal[..k], &below[..k], with_vectors);
        let bottom = BidiagonalSvd::new(&diagonal[k + 1..], &below[k + 1..], with_vectors);
        top.joined(bottom, diagonal[k], below[k])
    }

    /// Of no column or one.
    fn column(diagonal: &[f64], below: &[f64], with_vectors: bool) -> BidiagonalSvd<T> {
        let (Some(d), Some(e)) = (diagonal.first(), below.first()) else {
            let vectors = with_vectors.then(|| Vectors { u: Mat::identity(1, 1), v: Mat::new() });
            return BidiagonalSvd { s: Vec::new(), vectors, first: vec![1.0], last: vec![1.0] };
        };
        let s = d.hypot(*e);
        let (cosine, sine) = if s == 0.0 { (1.0, 0.0) } else { (d / s, e / s) };
        let rows = [[cosine, -sine], [sine, cosine]];
        let vectors = with_vectors.then(|| Vectors {
            u: Mat::from_fn(2, 2, |i, j| from_f64(rows[i][j])),
            v: Mat::identity(1, 1),
        });
        BidiagonalSvd { s: vec![s], vectors, first: rows[0].to_vec(), last: rows[1].to_vec() }
    }

    /// Of two blocks and the column between them, which is `alpha` in the last row of the upper and `beta` in the first
    /// row of the lower.
    fn joined(self, bottom: BidiagonalSvd<T>, alpha: f64, beta: f64) -> BidiagonalSvd<T> {
        let (k, rest) = (self.s.len(), bottom.s.len());
        let n = k + 1 + rest;
        // The columns that belong to no value of either block turn into one in the direction of the new column, and one
        // across it.
        let (up, down) = (alpha * self.last[k], beta * bottom.first[rest]);
        let z0 = up.hypot(down);
        let (cosine, sine) = if z0 == 0.0 { (1.0, 0.0) } else { (up / z0, down / z0) };
        let mut z = vec![z0];
        z.extend(self.last[..k].iter().map(|x| alpha * x));
        z.extend(bottom.first[..rest].iter().map(|x| beta * x));
        let mut d = vec![0.0];
        d.extend(&self.s);
        d.extend(&bottom.s);
        let mut first = vec![cosine * self.first[k]];
        first.extend(&self.first[..k]);
        first.resize(n, 0.0);
        first.push(-sine * self.first[k]);
        let mut last = vec![sine * bottom.last[rest]];
        last.resize(k + 1, 0.0);
        last.extend(&bottom.last[..rest]);
        last.push(cosine * bottom.last[rest]);

        let size = d.iter().chain(&z).fold(0.0_f64, |m, x| m.max(x.abs()));
        let exponent = exponent_of(size);
        for x in d.iter_mut().chain(&mut z) {
            *x = ldexp(*x, -exponent);
        }
        let deflated = Deflated::new(&mut d, &mut z, k);
        for turn in &deflated.turns {
            turn.apply(&mut first);
            turn.apply(&mut last);
        }
        let kept = &deflated.kept;
        let pick = |x: &[f64]| kept.iter().map(|j| x[*j]).collect::<Vec<f64>>();
        let secular = Secular::new(pick(&d), pick(&z));
        let count = kept.len();
        let mut s = secular.values();
        s.extend(deflated.gone.iter().map(|j| d[*j]));
        s.iter_mut().for_each(|s| *s = ldexp(*s, exponent));

        let places = deflated.places(k);
        let shape = if self.vectors.is_some() { count } else { 0 };
        let mut inner = Vectors { u: Mat::zeros(shape, shape), v: Mat::zeros(shape, shape) };
        let (mut left, mut right) = (vec![0.0; secular.padded()], vec![0.0; secular.padded()]);
        let rows = [pick(&first), pick(&last)];
        let mut ends = [Vec::with_capacity(n + 1), Vec::with_capacity(n + 1)];
        for i in 0..count {
            secular.vectors(i, &mut left, &mut right);
            for (end, row) in ends.iter_mut().zip(&rows) {
                end.push(row.iter().zip(&left).map(|(x, y)| x * y).sum());
            }
            if shape > 0 {
                for (of, into) in [(&left, &mut inner.u), (&right, &mut inner.v)] {
                    let column = into.col_as_slice_mut(i);
                    for (place, x) in places.of.iter().zip(of) {
                        column[*place] = from_f64(*x);
                    }
                }
            }
        }
        for (end, row) in ends.iter_mut().zip([&first, &last]) {
            end.extend(deflated.gone.iter().map(|j| row[*j]));
            end.push(row[n]);
        }
        let vectors = match (self.vectors, bottom.vectors) {
            (Some(top), Some(bottom)) => {
                Some(Outer { top, bottom, cosine, sine }.times(&inner, &deflated, &places))
            }
            _ => None,
        };
        let [first, last] = ends;
        BidiagonalSvd { s, vectors, first, last }
    }
}

/// Which columns take part in the secular equation; the others are singular vectors already.
struct Deflated {
    /// Ascending by their values; the new column is the first.
    kept: Vec<usize>,
    gone: Vec<usize>,
    turns: Vec<Turn>,
    /// Whether a column has entries in both blocks.
    mixed: Vec<bool>,
}

/// A rotation of two columns.
struct Turn {
    from: usize,
    into: usize,
    cosine: f64,
    sine: f64,
}

impl Turn {
    fn apply(&self, row: &mut [f64]) {
        let (x, y) = (row[self.from], row[self.into]);
        row[self.from] = self.cosine * x - self.sine * y;
        row[self.into] = self.cosine * y + self.sine * x;
    }
}

impl Deflated {
    /// Entries of `z` that are rounding are left out, and one of two values that rounding alone tells apart.
    fn new(d: &mut [f64], z: &mut [f64], k: usize) -> Deflated {
        let n = d.len();
        let size = d.iter().chain(&*z).fold(0.0_f64, |m, x| m.max(x.abs()));
        if size == 0.0 {
            let gone = (0..n).collect();
            return Deflated { kept: Vec::new(), gone, turns: Vec::new(), mixed: vec![false; n] };
        }
        let tolerance = 8.0 * f64::EPSILON * size;
        let mut order: Vec<usize> = (1..n).collect();
        order.sort_unstable_by(|i, j| d[*i].total_cmp(&d[*j]));
        let mut found = Deflated {
            kept: vec![0],
            gone: Vec::new(),
            turns: Vec::new(),
            mixed: (0..n).map(|j| j == 0).collect(),
        };
        let mut before: Option<usize> = None;
        for j in order {
            if z[j].abs() <= tolerance {
                found.gone.push(j);
                continue;
            }
            if let Some(i) = before {
                if d[j] - d[i] <= tolerance {
                    let length = z[i].hypot(z[j]);
                    let (cosine, sine) = (z[j] / length, z[i] / length);
                    (z[i], z[j]) = (0.0, length);
                    found.turns.push(Turn { from: i, into: j, cosine, sine });
                    if (i > k) != (j > k) || found.mixed[i] || found.mixed[j] {
                        (found.mixed[i], found.mixed[j]) = (true, true);
                    }
                    found.gone.push(i);
                } else {
                    found.kept.push(i);
                }
            }
            before = Some(j);
        }
        found.kept.extend(before);
        // The pole at 0 stays, and apart from the next.
        if let Some(second) = found.kept.get(1) {
            z[0] = z[0].max(tolerance);
            d[*second] = d[*second].max(0.5 * tolerance);
        }
        found
    }

    /// The columns in the order in which they are multiplied: those of the upper block alone, mixed ones, those of the
    /// lower block alone.
    fn places(&self, k: usize) -> Places {
        let group = |j: usize| match (self.mixed[j], j <= k) {
            (true, _) => 1,
            (false, true) => 0,
            (false, false) => 2,
        };
        let sizes = [0, 1, 2].map(|g| self.kept.iter().filter(|j| group(**j) == g).count());
        let mut next = [0, sizes[0], sizes[0] + sizes[1]];
        let of = self.kept.iter().map(|j| {
            let place = &mut next[group(*j)];
            *place += 1;
            *place - 1
        });
        Places { of: of.collect(), upper: sizes[0] + sizes[1], lower: sizes[0] }
    }
}

struct Places {
    /// Of each column that is kept.
    of: Vec<usize>,
    /// Columns before this one have entries in the upper block.
    upper: usize,
    /// Columns from this one on have entries in the lower block.
    lower: usize,
}

/// The vectors of both blocks, and the rotation of the columns that belong to no value.
struct Outer<T> {
    top: Vectors<T>,
    bottom: Vectors<T>,
    cosine: f64,
    sine: f64,
}

impl<T: RealField + Copy> Outer<T> {
    /// The vectors of the whole from those of the middle matrix.
    fn times(&self, inner: &Vectors<T>, deflated: &Deflated, places: &Places) -> Vectors<T> {
        let (k, rest) = (self.top.v.ncols(), self.bottom.v.ncols());
        let (n, count) = (k + 1 + rest, deflated.kept.len());
        let mut place = vec![0; n];
        for (j, at) in deflated.kept.iter().zip(&places.of) {
            place[*j] = *at;
        }
        for (at, j) in deflated.gone.iter().enumerate() {
            place[*j] = count + at;
        }
        let mut u = Mat::zeros(n + 1, n + 1);
        let mut v = Mat::zeros(n, n);
        for (j, at) in place.iter().copied().enumerate().skip(1) {
            let (u, v) = (u.col_as_slice_mut(at), v.col_as_slice_mut(at));
            if j <= k {
                u[..=k].copy_from_slice(self.top.u.col_as_slice(j - 1));
                v[..k].copy_from_slice(self.top.v.col_as_slice(j - 1));
            } else {
                u[k + 1..].copy_from_slice(self.bottom.u.col_as_slice(j - k - 1));
                v[k + 1..].copy_from_slice(self.bottom.v.col_as_slice(j - k - 1));
            }
        }
        let (cosine, sine) = (from_f64::<T>(self.cosine), from_f64::<T>(self.sine));
        let (upper, lower) = (self.top.u.col_as_slice(k), self.bottom.u.col_as_slice(rest));
        v.col_as_slice_mut(place[0])[k] = from_f64(1.0);
        for (at, factors) in [(place[0], (cosine, sine)), (n, (-sine, cosine))] {
            let column = u.col_as_slice_mut(at);
            column.iter_mut().zip(upper).for_each(|(x, y)| *x = factors.0 * *y);
            column[k + 1..].iter_mut().zip(lower).for_each(|(x, y)| *x = factors.1 * *y);
        }
        for turn in &deflated.turns {
            for basis in [&mut u, &mut v] {
                turned(basis.as_mut(), place[turn.from], place[turn.into], turn);
            }
        }
        let u_split = (k + 1, k + 1);
        Vectors {
            u: multiplied(u.as_ref(), inner.u.as_ref(), u_split, places),
            v: multiplied(v.as_ref(), inner.v.as_ref(), (k, k + 1), places),
        }
    }
}

/// Turns two columns.
fn turned<T: RealField + Copy>(mut basis: MatMut<'_, T>, from: usize, into: usize, turn: &Turn) {
    let (cosine, sine) = (from_f64::<T>(turn.cosine), from_f64::<T>(turn.sine));
    for i in 0..basis.nrows() {
        let (x, y) = (basis[(i, from)], basis[(i, into)]);
        basis[(i, from)] = cosine * x - sine * y;
        basis[(i, into)] = cosine * y + sine * x;
    }
}

/// The first columns times `inner`, the others as they are; upper and lower rows leave out the columns that are zero
/// there, and a row between them has an entry in the mixed columns alone.
fn multiplied<T: RealField + Copy>(
    basis: MatRef<'_, T>,
    inner: MatRef<'_, T>,
    (upper, lower): (usize, usize),
    places: &Places,
) -> Mat<T> {
    let (rows, count) = (basis.nrows(), inner.nrows());
    let mut out = Mat::zeros(rows, basis.ncols());
    let parts = [
        (0..upper, 0..places.upper),
        (upper..lower, places.lower..places.upper),
        (lower..rows, places.lower..count),
    ];
    for (rows, cols) in parts {
        matmul(
            out.as_mut().get_mut(rows.clone(), ..count),
            Accum::Replace,
            basis.get(rows, cols.clone()),
            inner.get(cols, ..),
            from_f64(1.0),
            Par::Seq,
        );
    }
    out.as_mut().get_mut(.., count..).copy_from(basis.get(.., count..));
    out
}
