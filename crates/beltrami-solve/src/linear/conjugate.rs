//! Conjugate gradients (Hestenes and Stiefel 1952), with the diagonal as preconditioner where asked for.

use beltrami_linalg::{Conjugate, dot};

use super::Status;
use super::iteration::Iteration;

/// The iterate of least error in the norm of `A` among all that `k` products with `A` reach.
///
/// Directions come from the residual of the recurrence, decisions from the true one.
pub fn gradients(iteration: &mut Iteration<'_>, start: &[f64], scaled: bool) -> Status {
    let a = iteration.a;
    let n = start.len();
    let preconditioned = |r: &[f64]| -> Vec<f64> {
        r.iter().enumerate().map(|(i, r)| if scaled { r / a[(i, i)] } else { *r }).collect()
    };
    let mut x = start.to_vec();
    let (r, ended) = iteration.record(&x);
    if let Some(status) = ended {
        return status;
    }
    let z = preconditioned(&r);
    let mut state = Conjugate::new(r, z);
    loop {
        let q: Vec<f64> = (0..n).map(|i| dot(a.row(i), state.direction())).collect();
        let curvature = state.curvature(&q);
        if state.rho() == 0.0 || curvature == 0.0 {
            // The recurrence has ended, and the true residual is not within the tolerance.
            return Status::NoProgress;
        }
        if curvature < 0.0 {
            return Status::NotApplicable;
        }
        let length = state.length(curvature);
        x.iter_mut().zip(state.direction()).for_each(|(x, p)| *x += length * p);
        state.advance(length, &q);
        if let (_, Some(status)) = iteration.record(&x) {
            return status;
        }
        state.turn(&preconditioned(state.residual()));
    }
}
