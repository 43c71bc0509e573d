// Functions and types that modules in Rust bring with them; each uses those above it alone.
//
// A module takes over what it uses, from the line that names one to the next such line, and imports what that needs.
use faer::linalg::solvers::{Llt, PartialPivLu, SelfAdjointEigen, Solve, Svd};
use faer::mat::AsMatMut;
use faer::{Col, ColRef, Mat, MatRef, Side};

// helper Error
/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(pub String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

// helper expect
fn expect(name: &str, shape: &str, expected: &[usize], found: &[usize]) -> Result<(), Error> {
    if found == expected && !found.contains(&0) {
        return Ok(());
    }
    Err(Error(format!("{name}: expected {shape}, here of sizes {expected:?}, found {found:?}")))
}

// helper Tensor
/// An array of several axes, its entries row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor<const AXES: usize> {
    pub sizes: [usize; AXES],
    pub entries: Vec<f64>,
}

impl<const AXES: usize> Tensor<AXES> {
    /// The array with these entries.
    pub fn from_fn(sizes: [usize; AXES], entry: impl Fn([usize; AXES]) -> f64) -> Self {
        let count = sizes.iter().product();
        let at = |mut place: usize| {
            let mut indices = [0; AXES];
            for (index, size) in indices.iter_mut().zip(sizes).rev() {
                (*index, place) = (place % size, place / size);
            }
            indices
        };
        Tensor { sizes, entries: (0..count).map(|place| entry(at(place))).collect() }
    }
}

impl<const AXES: usize> std::ops::Index<[usize; AXES]> for Tensor<AXES> {
    type Output = f64;

    fn index(&self, indices: [usize; AXES]) -> &f64 {
        let places = indices.iter().zip(self.sizes);
        &self.entries[places.fold(0, |place, (index, size)| place * size + index)]
    }
}

// helper sum
fn sum(n: usize, entry: impl Fn(usize) -> f64) -> f64 {
    (0..n).map(entry).sum()
}

// helper larger
fn larger(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() { a } else { b }
}

// helper smaller
fn smaller(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() { a } else { b }
}

// helper exceeds
/// 1 when `a > b`, 1/2 when both are equal, else 0.
fn exceeds(a: f64, b: f64) -> f64 {
    0.5 * (f64::from(u8::from(a > b)) + f64::from(u8::from(a >= b)))
}

// helper largest
fn largest(n: usize, entry: impl Fn(usize) -> f64) -> f64 {
    (0..n).map(entry).fold(f64::NEG_INFINITY, larger)
}

// helper sign
fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

// helper step
fn step(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}

// helper relu
fn relu(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

// helper leaky_relu
fn leaky_relu(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.01 * x }
}

// helper sigmoid
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

// helper softplus
fn softplus(x: f64) -> f64 {
    relu(x) + (-x.abs()).exp().ln_1p()
}

// helper erfc
/// The complementary error function: a series of positive terms, or a continued fraction (Abramowitz and Stegun, 7.1.6, 7.1.14).
fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let scale = (-x * x).exp() / std::f64::consts::PI.sqrt();
    if x > 2.0 {
        // From the far end; the remainder is below rounding for these x.
        return scale / (1..=120).rev().fold(x, |below, k| x + 0.5 * f64::from(k) / below);
    }
    if x < -6.0 {
        return 2.0;
    }
    let (mut term, mut sum, mut k) = (2.0 * x, 0.0, 1.0);
    while sum + term != sum {
        sum += term;
        k += 2.0;
        term *= 2.0 * x * x / k;
    }
    1.0 - scale * sum
}

// helper erf
fn erf(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return if x > 0.0 { 1.0 - erfc(x) } else { erfc(-x) - 1.0 };
    }
    // Near zero the difference from 1 would lose digits.
    let term = |k: i32| (2.0 * x * x).powi(k) / (1..=k).map(|l| f64::from(2 * l + 1)).product::<f64>();
    2.0 * x * (-x * x).exp() / std::f64::consts::PI.sqrt() * (0..16).rev().map(term).sum::<f64>()
}

// helper gelu
fn gelu(x: f64) -> f64 {
    0.5 * x * erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

// helper lu
/// Triangular factors of an invertible matrix.
fn lu(a: MatRef<'_, f64>) -> Result<PartialPivLu<f64>, Error> {
    let factors = a.partial_piv_lu();
    let singular = (0..a.nrows()).any(|i| factors.U()[(i, i)] == 0.0);
    if singular { Err(Error(String::from("singular matrix"))) } else { Ok(factors) }
}

// helper log_abs_det
/// The logarithm of the absolute value of the determinant.
fn log_abs_det(factors: &PartialPivLu<f64>) -> f64 {
    sum(factors.U().nrows(), |i| factors.U()[(i, i)].abs().ln())
}

// helper cholesky
/// The Cholesky factor of a positive definite matrix.
fn cholesky(a: MatRef<'_, f64>) -> Result<Llt<f64>, Error> {
    a.llt(Side::Lower).map_err(|_| Error(String::from("the matrix is not positive definite")))
}

// helper log_det
/// The logarithm of the determinant of a positive definite matrix.
fn log_det(factors: &Llt<f64>) -> f64 {
    2.0 * sum(factors.L().nrows(), |i| factors.L()[(i, i)].ln())
}

// helper solve_lower
/// The solution of equations with the part of a matrix on and below its diagonal.
fn solve_lower<B: AsMatMut<T = f64, Rows = usize>>(a: MatRef<'_, f64>, mut b: B) -> Result<B, Error> {
    if (0..a.nrows()).any(|i| a[(i, i)] == 0.0) {
        return Err(Error(String::from("singular matrix")));
    }
    a.solve_lower_triangular_in_place(b.as_mat_mut());
    Ok(b)
}

// helper solve_upper
/// The solution of equations with the part of a matrix on and above its diagonal.
fn solve_upper<B: AsMatMut<T = f64, Rows = usize>>(a: MatRef<'_, f64>, mut b: B) -> Result<B, Error> {
    if (0..a.nrows()).any(|i| a[(i, i)] == 0.0) {
        return Err(Error(String::from("singular matrix")));
    }
    a.solve_upper_triangular_in_place(b.as_mat_mut());
    Ok(b)
}

// helper power
/// A power of a square matrix, by repeated squaring.
fn power(a: MatRef<'_, f64>, exponent: u32) -> Mat<f64> {
    match (exponent, exponent % 2) {
        (0, _) => Mat::identity(a.nrows(), a.ncols()),
        (1, _) => a.to_owned(),
        (_, 0) => power((a * a).as_ref(), exponent / 2),
        _ => a * power(a, exponent - 1),
    }
}

// helper svd
/// The thin singular value decomposition.
fn svd(a: MatRef<'_, f64>) -> Result<Svd<f64>, Error> {
    a.thin_svd().map_err(|_| Error(String::from("no singular value decomposition was found")))
}

// helper singular_values
/// Singular values, descending.
fn singular_values(a: MatRef<'_, f64>) -> Result<Col<f64>, Error> {
    Ok(svd(a)?.S().column_vector().to_owned())
}

// helper nuclear_norm
fn nuclear_norm(a: MatRef<'_, f64>) -> Result<f64, Error> {
    Ok(singular_values(a)?.sum())
}

// helper spectral_norm
fn spectral_norm(a: MatRef<'_, f64>) -> Result<f64, Error> {
    Ok(singular_values(a)?[0])
}

// helper polar_factor
/// `U*V'` of the thin singular value decomposition.
fn polar_factor(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let factors = svd(a)?;
    Ok(factors.U() * factors.V().transpose())
}

// helper top_dyad
/// The outer product of the leading singular vectors.
fn top_dyad(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let factors = svd(a)?;
    Ok(factors.U().col(0) * factors.V().col(0).transpose())
}

// helper adjugate
/// The adjugate through singular values, also of a singular matrix.
fn adjugate(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let (n, factors) = (a.nrows(), svd(a)?);
    let (u, s, v) = (factors.U(), factors.S().column_vector(), factors.V());
    let others = Col::from_fn(n, |i| (0..n).filter(|j| *j != i).map(|j| s[j]).product::<f64>());
    Ok(u.determinant() * v.determinant() * (v * others.as_diagonal() * u.transpose()))
}

// helper determinant_sign
/// The sign of the determinant, which may be beyond the largest number or below the smallest.
fn determinant_sign(a: MatRef<'_, f64>) -> f64 {
    let (n, mut rest, mut parity) = (a.nrows(), a.to_owned(), 1.0);
    for k in 0..n {
        let pivot = (k..n).fold(k, |best, i| if rest[(i, k)].abs() > rest[(best, k)].abs() { i } else { best });
        if rest[(pivot, k)] == 0.0 {
            return 0.0;
        }
        for j in k..n {
            (rest[(k, j)], rest[(pivot, j)]) = (rest[(pivot, j)], rest[(k, j)]);
        }
        parity *= if pivot == k { rest[(k, k)].signum() } else { -rest[(k, k)].signum() };
        for i in k + 1..n {
            let factor = rest[(i, k)] / rest[(k, k)];
            for j in k..n {
                rest[(i, j)] -= factor * rest[(k, j)];
            }
        }
    }
    parity
}

// helper determinant
/// The determinant, also of a singular matrix, where the factorisation may divide zero by zero.
fn determinant(a: MatRef<'_, f64>) -> f64 {
    let (n, product) = (a.nrows(), a.determinant());
    if product.is_finite() {
        return product;
    }
    let (mut rest, mut product) = (a.to_owned(), 1.0);
    for k in 0..n {
        let pivot = (k..n).fold(k, |best, i| if rest[(i, k)].abs() > rest[(best, k)].abs() { i } else { best });
        for j in 0..n {
            (rest[(k, j)], rest[(pivot, j)]) = (rest[(pivot, j)], rest[(k, j)]);
        }
        product *= if pivot == k { rest[(k, k)] } else { -rest[(k, k)] };
        if product == 0.0 {
            return 0.0;
        }
        for i in k + 1..n {
            let factor = rest[(i, k)] / rest[(k, k)];
            for j in k..n {
                rest[(i, j)] -= factor * rest[(k, j)];
            }
        }
    }
    product
}

// helper pseudoinverse
/// The pseudoinverse; singular values of the size of rounding errors are zero.
fn pseudoinverse(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let factors = svd(a)?;
    let s = factors.S().column_vector();
    let least = s[0] * f64::EPSILON * a.nrows().max(a.ncols()) as f64;
    let reciprocals = Col::from_fn(s.nrows(), |i| if s[i] > least { 1.0 / s[i] } else { 0.0 });
    Ok(factors.V() * reciprocals.as_diagonal() * factors.U().transpose())
}

// helper eigen
/// Eigenvalues of a symmetric matrix, ascending, and their vectors.
fn eigen(a: MatRef<'_, f64>) -> Result<SelfAdjointEigen<f64>, Error> {
    a.self_adjoint_eigen(Side::Lower)
        .map_err(|_| Error(String::from("no eigenvalue decomposition was found")))
}

// helper largest_eigenvalue
fn largest_eigenvalue(a: MatRef<'_, f64>) -> Result<f64, Error> {
    Ok(eigen(a)?.S().column_vector()[a.nrows() - 1])
}

// helper top_eigenvector
/// The unit eigenvector of the largest eigenvalue, its entry of largest magnitude positive.
fn top_eigenvector(a: MatRef<'_, f64>) -> Result<Col<f64>, Error> {
    let factors = eigen(a)?;
    let vector = factors.U().col(a.nrows() - 1);
    let top = vector.iter().fold(0.0_f64, |top, x| if x.abs() > top.abs() { *x } else { top });
    Ok(top.signum() * vector)
}

// helper inverse_root
/// The inverse root of a symmetric positive definite matrix.
fn inverse_root(a: MatRef<'_, f64>, p: f64) -> Result<Mat<f64>, Error> {
    let factors = eigen(a)?;
    let values = factors.S().column_vector();
    if values[0] <= 0.0 {
        return Err(Error(String::from("the matrix is not positive definite")));
    }
    let roots = Col::from_fn(a.nrows(), |i| values[i].powf(-1.0 / p));
    Ok(factors.U() * roots.as_diagonal() * factors.U().transpose())
}
