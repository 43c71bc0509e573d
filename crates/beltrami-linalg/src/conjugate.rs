//! Conjugate gradients: their recurrence, and the iteration for operators of which products alone are known.

use crate::dense::dot;
use crate::error::Error;
use crate::matrix::Matrix;
use crate::operator::LinearOperator;

/// The recurrence for a symmetric matrix `A`: residuals, and directions that `A` makes orthogonal.
///
/// Who uses it keeps the iterate, and moves it by `length*direction`.
/// # References
/// Hestenes and Stiefel 1952; with a preconditioner, Golub and Van Loan 2013, *Matrix Computations*, section 11.5.
#[derive(Clone, Debug)]
pub struct Conjugate {
    residual: Vec<f64>,
    direction: Vec<f64>,
    /// The product of the residual with what a preconditioner makes of it.
    rho: f64,
}

impl Conjugate {
    /// From a residual, and what a preconditioner makes of it, the residual itself where there is none.
    pub fn new(residual: Vec<f64>, preconditioned: Vec<f64>) -> Conjugate {
        let rho = dot(&residual, &preconditioned);
        Conjugate { residual, direction: preconditioned, rho }
    }

    /// Where to go.
    pub fn direction(&self) -> &[f64] {
        &self.direction
    }

    /// `b - A*x`, as the recurrence has it.
    pub fn residual(&self) -> &[f64] {
        &self.residual
    }

    /// The square of the residual in the norm of the preconditioner; 0 where the recurrence has ended.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// The curvature along the direction, of which this is the image.
    pub fn curvature(&self, image: &[f64]) -> f64 {
        dot(&self.direction, image)
    }

    /// How far to go where the curvature is this, which is not zero.
    pub fn length(&self, curvature: f64) -> f64 {
        self.rho / curvature
    }

    /// Goes so far along the direction.
    pub fn advance(&mut self, length: f64, image: &[f64]) {
        self.residual.iter_mut().zip(image).for_each(|(r, q)| *r -= length * q);
    }

    /// Turns to the next direction, from what a preconditioner makes of the residual.
    pub fn turn(&mut self, preconditioned: &[f64]) {
        self.turn_by(dot(&self.residual, preconditioned), |k| preconditioned[k]);
    }

    /// The same without a preconditioner.
    pub fn turn_plainly(&mut self) {
        let residual = std::mem::take(&mut self.residual);
        self.turn_by(dot(&residual, &residual), |k| residual[k]);
        self.residual = residual;
    }

    fn turn_by(&mut self, rho: f64, preconditioned: impl Fn(usize) -> f64) {
        let turn = rho / self.rho;
        self.direction.iter_mut().enumerate().for_each(|(k, p)| *p = preconditioned(k) + turn * *p);
        self.rho = rho;
    }
}

/// The solution of `A*x = b` for symmetric positive definite `A`, of which products alone are known, and the steps taken.
///
/// It ends at a residual of `tolerance*‖b‖`.
/// # Errors
/// [`Error::NoMethod`] where a direction shows that `A` is not positive definite, [`Error::NotConverged`].
/// # References
/// Hestenes and Stiefel 1952; Golub and Van Loan 2013, *Matrix Computations*, section 11.3.
pub fn conjugate_gradients(
    a: &dyn LinearOperator,
    b: &[f64],
    tolerance: f64,
    most: usize,
) -> Result<(Vec<f64>, usize), Error> {
    let mut x = vec![0.0; b.len()];
    let mut state = Conjugate::new(b.to_vec(), b.to_vec());
    let goal = tolerance * state.rho().sqrt();
    for step in 0..most {
        if state.rho().sqrt() <= goal {
            return Ok((x, step));
        }
        let direction = Matrix::new(b.len(), 1, state.direction().to_vec())?;
        let image = a.apply(&direction)?.checked_result("conjugate gradients")?;
        let curvature = state.curvature(image.data());
        if curvature.is_nan() || curvature <= 0.0 {
            return Err(Error::NoMethod {
                function: "structured solve",
                reason: "it is too large to be written out, and a direction without positive curvature rules out conjugate gradients",
            });
        }
        let length = state.length(curvature);
        x.iter_mut().zip(state.direction()).for_each(|(x, p)| *x += length * p);
        state.advance(length, image.data());
        state.turn_plainly();
    }
    if state.rho().sqrt() <= goal {
        return Ok((x, most));
    }
    Err(Error::NotConverged { method: "conjugate gradients", iterations: most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definite_systems_are_solved_and_others_refused() {
        let n = 30;
        let entry = |i: usize, j: usize| match i.abs_diff(j) {
            0 => 2.5,
            1 => -1.0,
            _ => 0.0,
        };
        let a = Matrix::from_fn(n, n, entry);
        let b: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
        let (x, steps) = conjugate_gradients(&a, &b, 1e-12, 100).unwrap();
        let back = a.apply(&Matrix::new(n, 1, x).unwrap()).unwrap();
        // The recurrence and the true residual differ by rounding at a condition number of 9.
        assert!(back.data().iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-10));
        assert!(steps <= n, "{steps}");
        let negative = a.scaled(-1.0);
        assert!(matches!(
            conjugate_gradients(&negative, &b, 1e-12, 100),
            Err(Error::NoMethod { .. })
        ));
    }
}
