//! Conjugate gradients, for what has no direct method and is too large to be written out.

use crate::dense::dot;
use crate::error::Error;

/// Products with a matrix.
type Times<'a> = &'a mut dyn FnMut(&[f64]) -> Result<Vec<f64>, Error>;

/// The solution of `A*x = b` for symmetric positive definite `A`, of which products alone are known, and the steps taken.
///
/// It ends at a residual of `tolerance*‖b‖`.
/// # Errors
/// [`Error::NoMethod`] where a direction shows that `A` is not positive definite, [`Error::NotConverged`].
/// # References
/// Hestenes and Stiefel 1952; Golub and Van Loan 2013, *Matrix Computations*, section 11.3.
pub fn conjugate_gradients(
    times: Times<'_>,
    b: &[f64],
    tolerance: f64,
    most: usize,
) -> Result<(Vec<f64>, usize), Error> {
    let mut x = vec![0.0; b.len()];
    let mut r = b.to_vec();
    let mut p = r.clone();
    let mut rho = dot(&r, &r);
    let goal = tolerance * rho.sqrt();
    for step in 0..most {
        if rho.sqrt() <= goal {
            return Ok((x, step));
        }
        let image = times(&p)?;
        let curvature = dot(&p, &image);
        if curvature.is_nan() || curvature <= 0.0 {
            return Err(Error::NoMethod {
                function: "structured solve",
                reason: "it is too large to be written out, and a direction without positive curvature rules out conjugate gradients",
            });
        }
        let alpha = rho / curvature;
        x.iter_mut().zip(&p).for_each(|(x, p)| *x += alpha * p);
        r.iter_mut().zip(&image).for_each(|(r, image)| *r -= alpha * image);
        let next = dot(&r, &r);
        let beta = next / rho;
        p.iter_mut().zip(&r).for_each(|(p, r)| *p = r + beta * *p);
        rho = next;
    }
    if rho.sqrt() <= goal {
        return Ok((x, most));
    }
    Err(Error::NotConverged { method: "conjugate gradients", iterations: most })
}
