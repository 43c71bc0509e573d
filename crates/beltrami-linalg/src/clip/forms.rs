//! Compositions of `msign` that clip.

use faer::{Mat, MatRef};

use crate::clip::Form;
use crate::error::Error;
use crate::polar::{
    Arithmetic, Normalisation, Real, direct, frobenius, largest_singular_value, normalised, scale,
};
use crate::schedule::{Design, Schedule, design};

pub(crate) struct Forms {
    pub(crate) arithmetic: Arithmetic,
    pub(crate) schedule: Schedule,
}

/// Relative to the upper end, how near a singular value may be without its sign having arrived: so large is the error there.
const NEAR: f64 = 1e-4;

impl Forms {
    /// One of the published forms. They clip to `[-1, 1]`; an interval `[a, b]` above 0 is moved there by
    /// `mclip(M) = c*O + h*mclip₁((M - c*O)/h)` with `c = (a+b)/2`, `h = (b-a)/2`.
    pub(crate) fn composed<T: Real>(
        &self,
        m: MatRef<'_, T>,
        (lower, upper): (f64, f64),
        form: Form,
    ) -> Result<Mat<T>, Error> {
        if lower == 0.0 {
            let unit = self.combined(1.0 / upper, m, 0.0, m);
            let clipped = self.unit(unit.as_ref(), form);
            return Ok(self.combined(upper, clipped.as_ref(), 0.0, m));
        }
        let (c, h) = (0.5 * (lower + upper), 0.5 * (upper - lower));
        let o = self.sign(m);
        if h == 0.0 {
            return Ok(self.combined(c, o.as_ref(), 0.0, m));
        }
        let moved = self.combined(1.0 / h, m, -c / h, o.as_ref());
        let clipped = self.unit(moved.as_ref(), form);
        Ok(self.combined(c, o.as_ref(), h, clipped.as_ref()))
    }

    /// To `[-1, 1]`.
    fn unit<T: Real>(&self, m: MatRef<'_, T>, form: Form) -> Mat<T> {
        let to = self.arithmetic;
        let n = m.ncols();
        match form {
            Form::Block => self.block(m),
            Form::Nested => {
                let o = self.sign(m);
                let mo = to.product(
                    -1.0,
                    m,
                    o.transpose(),
                    Some((1.0, Mat::identity(m.nrows(), m.nrows()).as_ref())),
                );
                let s = self.sign(self.combined(1.0, m, -1.0, o.as_ref()).as_ref());
                let sum = self.combined(0.5, m, 0.5, o.as_ref());
                to.product(0.5, mo.as_ref(), s.as_ref(), Some((1.0, sum.as_ref())))
            }
            _ => {
                let o = self.sign(m);
                let gram = to.gram(m);
                let identity = Mat::<T>::identity(n, n);
                let minus =
                    self.sign(self.combined(1.0, gram.as_ref(), -1.0, identity.as_ref()).as_ref());
                let apart = self.combined(1.0, o.as_ref(), -1.0, m);
                let start = if form == Form::Cancelling {
                    let plus = self
                        .sign(self.combined(1.0, gram.as_ref(), 1.0, identity.as_ref()).as_ref());
                    let together = self.combined(1.0, o.as_ref(), 1.0, m);
                    to.product(0.5, together.as_ref(), plus.as_ref(), None)
                } else {
                    self.combined(0.5, m, 0.5, o.as_ref())
                };
                to.product(0.5, apart.as_ref(), minus.as_ref(), Some((1.0, start.as_ref())))
            }
        }
    }

    fn block<T: Real>(&self, m: MatRef<'_, T>) -> Mat<T> {
        let (rows, cols) = (m.nrows(), m.ncols());
        let one = |same: bool| if same { T::of(1.0) } else { T::of(0.0) };
        let whole = Mat::from_fn(rows + cols, rows + cols, |i, j| match (i < rows, j < rows) {
            (true, false) => m[(i, j - rows)],
            (false, true) => m[(j, i - rows)],
            _ => one(i == j),
        });
        let sign = self.sign(whole.as_ref());
        let p = sign.submatrix(0, 0, rows, rows);
        let q = sign.submatrix(0, rows, rows, cols);
        self.arithmetic.product(1.0, p, m, Some((1.0, q)))
    }

    /// With the signs of two symmetric matrices, each by as many steps as its range of eigenvalues needs.
    pub(crate) fn two_signs<T: Real>(
        &self,
        m: MatRef<'_, T>,
        (lower, upper): (f64, f64),
    ) -> Result<Mat<T>, Error> {
        let to = self.arithmetic;
        let largest = largest_singular_value(to.gram(m).as_ref());
        // Where all are within, nothing is to be clipped.
        if largest <= upper && lower == 0.0 {
            return Ok(m.to_owned());
        }
        let near = NEAR * upper / largest.max(upper);
        let o = self.sign_from(m, near, largest)?;
        let p = to.product(1.0, o.transpose(), m, None);
        let n = m.ncols();
        let p = Mat::from_fn(n, n, |i, j| (p[(i, j)] + p[(j, i)]) * T::of(0.5));
        let identity = Mat::<T>::identity(n, n);
        let part = |end: f64| -> Result<Mat<T>, Error> {
            let apart = self.combined(end, o.as_ref(), -1.0, m);
            // All eigenvalues of -P are negative, or too small to matter.
            if end == 0.0 {
                return Ok(self.combined(-1.0, apart.as_ref(), 0.0, m));
            }
            let shifted = self.combined(-1.0, p.as_ref(), end, identity.as_ref());
            let sign = self.sign_from(shifted.as_ref(), near, largest.max(end))?;
            Ok(to.product(1.0, apart.as_ref(), sign.as_ref(), None))
        };
        let (below, above) = (part(lower)?, part(upper)?);
        let half = self.combined(0.5, below.as_ref(), -0.5, above.as_ref());
        Ok(self.combined(0.5 * (lower + upper), o.as_ref(), 1.0, half.as_ref()))
    }

    /// By the schedule at hand, after division by the Frobenius norm.
    fn sign<T: Real>(&self, m: MatRef<'_, T>) -> Mat<T> {
        if frobenius(m) == 0.0 {
            return m.to_owned();
        }
        let x = normalised(m, Normalisation::Frobenius, self.arithmetic);
        direct(self.arithmetic.stored(x), &self.schedule, self.arithmetic)
    }

    /// For singular values from `near*largest` to `largest`, in steps of degree 9 until they have arrived.
    fn sign_from<T: Real>(
        &self,
        m: MatRef<'_, T>,
        near: f64,
        largest: f64,
    ) -> Result<Mat<T>, Error> {
        let mut x = m.to_owned();
        scale(&mut x, 1.0 / (1.02 * largest));
        let x = self.arithmetic.stored(x);
        let like = |steps: usize| Design {
            degrees: vec![9; steps],
            lower: near,
            upper: 1.0,
            cushion: 0.024,
            safety: 0.02,
        };
        let mut steps = 2;
        let mut schedule = design(&like(steps))?;
        while schedule.max_error(near, 1.0) > NEAR && steps < MOST_STEPS {
            steps += 1;
            schedule = design(&like(steps))?;
        }
        Ok(direct(x, &schedule, self.arithmetic))
    }

    /// `s*A + t*B`.
    fn combined<T: Real>(&self, s: f64, a: MatRef<'_, T>, t: f64, b: MatRef<'_, T>) -> Mat<T> {
        let (s, t) = (T::of(s), T::of(t));
        self.arithmetic
            .stored(Mat::from_fn(a.nrows(), a.ncols(), |i, j| s * a[(i, j)] + t * b[(i, j)]))
    }
}

/// Each gains a factor of seven at the lower end.
const MOST_STEPS: usize = 14;
