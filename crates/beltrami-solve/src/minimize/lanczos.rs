//! The least curvature of a Hessian of which only products are known.

use beltrami_linalg::{Matrix, SymmetricEigen};

use super::run::{Point, Run, dot, norm};

/// A direction with its curvature, and the largest curvature met.
pub(crate) struct Least {
    pub direction: Vec<f64>,
    pub curvature: f64,
    pub largest: f64,
    pub products: usize,
}

/// Products that are spent.
const STEPS: usize = 40;

/// The seed of the vector that products start from.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// A number from -1 to 1 (Steele, Lea and Flood 2014, SplitMix).
pub(super) fn drawn(state: &mut u64) -> f64 {
    *state = state.wrapping_add(SEED);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// The least Ritz value of the Hessian on a Krylov space, whose basis is kept orthogonal; it is never below the least
/// eigenvalue. `None` where a product has no finite value.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 10.1.
pub(crate) fn least(run: &mut Run<'_>, point: &Point) -> Option<Least> {
    let n = point.x.len();
    // A vector without structure is orthogonal to no direction of a structured problem.
    let mut state = SEED;
    let mut next: Vec<f64> = (0..n).map(|_| drawn(&mut state)).collect();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut images: Vec<Vec<f64>> = Vec::new();
    let mut first = 0.0;
    for _ in 0..STEPS.min(n) {
        // Twice is enough (Parlett 1998, section 6.9).
        for _ in 0..2 {
            for q in &basis {
                let part = dot(q, &next);
                next.iter_mut().zip(q).for_each(|(x, q)| *x -= part * q);
            }
        }
        let length = norm(&next);
        if basis.is_empty() {
            first = length;
        } else if length <= 1e-10 * first {
            break;
        }
        next.iter_mut().for_each(|x| *x /= length);
        let mut image = vec![0.0; n];
        run.objective.product(&point.x, &next, &mut image).ok()?;
        first = first.max(norm(&image));
        basis.push(std::mem::replace(&mut next, image.clone()));
        images.push(image);
    }
    let k = basis.len();
    let entry =
        |i: usize, j: usize| 0.5 * (dot(&basis[i], &images[j]) + dot(&basis[j], &images[i]));
    let eigen = SymmetricEigen::new(&Matrix::from_fn(k, k, entry)).ok()?;
    let ritz = eigen.vectors.col(0);
    let mut direction = vec![0.0; n];
    for (q, part) in basis.iter().zip(&ritz) {
        direction.iter_mut().zip(q).for_each(|(d, q)| *d += part * q);
    }
    let largest = eigen.values.iter().fold(0.0_f64, |m, x| x.abs().max(m));
    Some(Least { direction, curvature: *eigen.values.first()?, largest, products: k })
}
