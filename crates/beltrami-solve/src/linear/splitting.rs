//! Iterations that split the matrix: Jacobi, Gauss–Seidel and successive over-relaxation.
//!
//! With `A = D + L + U`, diagonal and triangles, a step solves `M*(x⁺ - x) = b - A*x` where `M` is `D`, `D + L` or
//! `D/ω + L` (Saad 2003, section 4.1).

use beltrami_linalg::Matrix;
use beltrami_linalg::dense::dot;

use super::Status;
use super::iteration::Iteration;

/// `x⁺ = x + D⁻¹(b - A*x)`.
pub fn jacobi(iteration: &mut Iteration<'_>, start: &[f64]) -> Status {
    let mut x = start.to_vec();
    loop {
        let (residual, ended) = iteration.record(&x);
        if let Some(status) = ended {
            return status;
        }
        for (i, r) in residual.iter().enumerate() {
            x[i] += r / iteration.a[(i, i)];
        }
    }
}

/// Unknown by unknown `xᵢ⁺ = xᵢ + ω(bᵢ - aᵢ'x)/aᵢᵢ`, with the values that are there already.
pub fn relaxation(iteration: &mut Iteration<'_>, start: &[f64], omega: f64) -> Status {
    let mut x = start.to_vec();
    loop {
        let (_, ended) = iteration.record(&x);
        if let Some(status) = ended {
            return status;
        }
        for i in 0..x.len() {
            let residual = iteration.b[i] - dot(iteration.a.row(i), &x);
            x[i] += omega * residual / iteration.a[(i, i)];
        }
    }
}

/// The matrix that takes the error of an iterate of Jacobi's method to that of the next: `I - D⁻¹A`.
pub fn jacobi_matrix(a: &Matrix) -> Matrix {
    Matrix::from_fn(a.rows(), a.rows(), |i, j| if i == j { 0.0 } else { -a[(i, j)] / a[(i, i)] })
}

/// The same for [`relaxation`]: `I - (D/ω + L)⁻¹A`, by forward substitution with whole rows.
pub fn relaxation_matrix(a: &Matrix, omega: f64) -> Matrix {
    let n = a.rows();
    let mut g = Matrix::identity(n);
    for i in 0..n {
        // A row of the result is what the step does to every unit vector at once.
        let mut row = vec![0.0; n];
        for k in 0..n {
            let factor = a[(i, k)];
            if factor != 0.0 {
                row.iter_mut().zip(g.row(k)).for_each(|(sum, entry)| *sum += factor * entry);
            }
        }
        for (j, sum) in row.iter().enumerate() {
            g[(i, j)] -= omega * sum / a[(i, i)];
        }
    }
    g
}
