//! Conjugate gradients (Hestenes and Stiefel 1952), with the diagonal as preconditioner where asked for.

use beltrami_linalg::dense::dot;

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
    let (mut r, ended) = iteration.record(&x);
    if let Some(status) = ended {
        return status;
    }
    let mut z = preconditioned(&r);
    let mut p = z.clone();
    let mut rz = dot(&r, &z);
    loop {
        let q: Vec<f64> = (0..n).map(|i| dot(a.row(i), &p)).collect();
        let curvature = dot(&p, &q);
        if rz == 0.0 || curvature == 0.0 {
            // The recurrence has ended, and the true residual is not within the tolerance.
            return Status::NoProgress;
        }
        if curvature < 0.0 {
            return Status::NotApplicable;
        }
        let length = rz / curvature;
        x.iter_mut().zip(&p).for_each(|(x, p)| *x += length * p);
        r.iter_mut().zip(&q).for_each(|(r, q)| *r -= length * q);
        if let (_, Some(status)) = iteration.record(&x) {
            return status;
        }
        z = preconditioned(&r);
        let next = dot(&r, &z);
        let turn = next / rz;
        p.iter_mut().zip(&z).for_each(|(p, z)| *p = z + turn * *p);
        rz = next;
    }
}
