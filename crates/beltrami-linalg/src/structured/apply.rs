//! Products of a structured matrix with vectors.

use crate::error::Error;
use crate::matrix::Matrix;
use crate::operator::{LinearOperator, Solver, fits};
use crate::product::{product, transposed_product};
use crate::structured::{Factored, Node, Structured};

const FUNCTION: &str = "structured product";

impl Structured {
    /// `A*x`.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `x` has as many entries as `A` has columns, [`Error::NotFinite`], [`Error::Overflow`].
    pub fn times(&self, x: &[f64]) -> Result<Vec<f64>, Error> {
        self.checked(x, false)
    }

    /// `A'*y`.
    ///
    /// # Errors
    /// As [`Structured::times`], for as many entries as `A` has rows.
    pub fn transpose_times(&self, y: &[f64]) -> Result<Vec<f64>, Error> {
        self.checked(y, true)
    }

    fn checked(&self, x: &[f64], transposed: bool) -> Result<Vec<f64>, Error> {
        let (rows, cols) = self.shape();
        let needed = if transposed { rows } else { cols };
        if x.len() != needed {
            let detail = format!("a vector of {} where {needed} entries are needed", x.len());
            return Err(Error::Shape { function: FUNCTION, detail });
        }
        let x = Matrix::new(x.len(), 1, x.to_vec())?;
        x.checked_finite(FUNCTION)?;
        Ok(self.image(&x, transposed).checked_result(FUNCTION)?.into_data())
    }

    /// `A*X` or `A'*X` for columns that fit.
    pub(crate) fn image(&self, x: &Matrix, transposed: bool) -> Matrix {
        match self.node() {
            Node::Dense(a) if transposed => transposed_product(a, x),
            Node::Dense(a) => product(a, x),
            Node::Identity(_) => x.clone(),
            Node::Commutation(m, n) if transposed => commuted(x, *n, *m),
            Node::Commutation(m, n) => commuted(x, *m, *n),
            Node::Diagonal(d) => Matrix::from_fn(x.rows(), x.cols(), |i, j| d[i] * x[(i, j)]),
            Node::Band(band) => band.apply(x, transposed),
            Node::Blocks(blocks) => blocks.apply(x, transposed),
            Node::Kron(factors) => {
                let [a, b] = &**factors;
                let part = |f: &Structured, x: &Matrix| match f.node() {
                    Node::Identity(_) => None,
                    _ => Some(f.image(x, transposed)),
                };
                let (_, inner) = if transposed { flipped(b.shape()) } else { b.shape() };
                around(x, inner, |x| part(a, x), |x| part(b, x))
            }
            Node::Product(factors) => {
                let mut image: Option<Matrix> = None;
                for at in 0..factors.len() {
                    let factor =
                        if transposed { &factors[at] } else { &factors[factors.len() - 1 - at] };
                    image = Some(factor.image(image.as_ref().unwrap_or(x), transposed));
                }
                image.unwrap_or_else(|| x.clone())
            }
            Node::Sum(terms) => {
                let (rows, cols) = self.shape();
                let mut sum = Matrix::zeros(if transposed { cols } else { rows }, x.cols());
                for (weight, term) in terms {
                    let image = term.image(x, transposed);
                    let entries = sum.data_mut().iter_mut().zip(image.data());
                    entries.for_each(|(sum, x)| *sum += weight * x);
                }
                sum
            }
        }
    }
}

fn flipped((rows, cols): (usize, usize)) -> (usize, usize) {
    (cols, rows)
}

/// `(L ⊗ R)*x` for each column `x`, which row by row is a matrix `X` of width `inner`: `L*X*R'`. `None` stands for what an
/// identity would do.
///
/// # References
/// Van Loan 2000, *The ubiquitous Kronecker product*, section 2.
pub(crate) fn around(
    x: &Matrix,
    inner: usize,
    left: impl Fn(&Matrix) -> Option<Matrix>,
    right: impl Fn(&Matrix) -> Option<Matrix>,
) -> Matrix {
    let outer = x.rows().checked_div(inner).unwrap_or(0);
    let columns: Vec<Vec<f64>> = (0..x.cols())
        .map(|j| {
            let entries = if x.cols() == 1 { x.data().to_vec() } else { x.col(j) };
            let folded = Matrix::new(outer, inner, entries);
            let mut folded = folded.unwrap_or_else(|_| Matrix::zeros(outer, inner));
            if let Some(image) = left(&folded) {
                folded = image;
            }
            match right(&folded.transpose()) {
                Some(image) => image.transpose().into_data(),
                None => folded.into_data(),
            }
        })
        .collect();
    match <[Vec<f64>; 1]>::try_from(columns) {
        Ok([column]) => {
            let rows = column.len();
            Matrix::new(rows, 1, column).unwrap_or_else(|_| Matrix::zeros(rows, 1))
        }
        Err(columns) => {
            let rows = columns.first().map_or(0, Vec::len);
            Matrix::from_fn(rows, columns.len(), |i, j| columns[j][i])
        }
    }
}

/// `K(m,n)*x` for each column `x`.
pub(crate) fn commuted(x: &Matrix, m: usize, n: usize) -> Matrix {
    // Entry `i*n + j` of the image is entry `j*m + i`.
    Matrix::from_fn(m * n, x.cols(), |place, column| x[(place % n * m + place / n, column)])
}

impl LinearOperator for Structured {
    fn shape(&self) -> (usize, usize) {
        Structured::shape(self)
    }

    fn apply(&self, x: &Matrix) -> Result<Matrix, Error> {
        fits(FUNCTION, x, self.shape().1)?;
        Ok(self.image(x, false))
    }

    fn apply_transpose(&self, y: &Matrix) -> Result<Matrix, Error> {
        fits(FUNCTION, y, self.shape().0)?;
        Ok(self.image(y, true))
    }

    fn structure(&self) -> String {
        self.kind()
    }

    /// Products with a Kronecker product are one with each factor, as often as the other has columns or rows.
    fn cost(&self) -> f64 {
        match self.node() {
            Node::Identity(_) | Node::Commutation(..) => 0.0,
            Node::Diagonal(d) => d.len() as f64,
            Node::Kron(factors) => {
                let [a, b] = &**factors;
                a.cost() * b.shape().1 as f64 + b.cost() * a.shape().0 as f64
            }
            Node::Product(factors) => factors.iter().map(Structured::cost).sum(),
            Node::Sum(terms) => {
                let sums = 2.0 * terms.len() as f64 * self.shape().0 as f64;
                terms.iter().map(|(_, term)| term.cost()).sum::<f64>() + sums
            }
            Node::Dense(_) | Node::Band(_) | Node::Blocks(_) => 2.0 * self.numbers() as f64,
        }
    }

    fn factored(&self) -> Result<Box<dyn Solver + '_>, Error> {
        Ok(Box::new(Factored::new(self)?))
    }

    fn to_dense(&self) -> Result<Matrix, Error> {
        Structured::to_dense(self)
    }
}
