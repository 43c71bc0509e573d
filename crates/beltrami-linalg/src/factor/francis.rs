//! Francis's QR iteration with double shifts, which takes a Hessenberg matrix to real Schur form.

use crate::error::Error;
use crate::factor::givens::Rotation;
use crate::factor::hessenberg::Reflection;
use crate::matrix::Matrix;

/// Steps for each eigenvalue; two to three are usual.
const STEPS: usize = 40;

/// Deflates `h` to quasi-triangular form by orthogonal similarities that are gathered in `q`, transposed so that its rows are
/// turned; about `25n³` flops.
///
/// A block of two rows is left only for a pair of complex eigenvalues, its diagonal entries equal.
/// # Errors
/// [`Error::NotConverged`].
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, algorithms 7.5.1 and 7.5.2;
/// Wilkinson 1965, *The Algebraic Eigenvalue Problem*, for the exceptional shifts.
pub(crate) fn francis(h: &mut Matrix, q: &mut Matrix) -> Result<(), Error> {
    let mut end = h.rows();
    let mut steps = 0;
    while end > 1 {
        let start = active(h, end);
        match end - start {
            1 => end -= 1,
            2 => {
                standardise(h, q, start);
                end = start;
            }
            _ => {
                steps += 1;
                if steps > STEPS {
                    return Err(Error::NotConverged {
                        method: "Francis's iteration",
                        iterations: steps,
                    });
                }
                sweep(h, q, start, end, steps);
                continue;
            }
        }
        steps = 0;
    }
    Ok(())
}

/// Where the unreduced block that ends before `end` starts; what is negligible below the diagonal becomes 0.
fn active(h: &mut Matrix, end: usize) -> usize {
    let norm = h.max_abs();
    for i in (1..end).rev() {
        let neighbours = h[(i, i)].abs() + h[(i - 1, i - 1)].abs();
        let beside = if neighbours == 0.0 { norm } else { neighbours };
        let below = h[(i, i - 1)].abs();
        // Also entries far below the rounding of the whole matrix, whose products would underflow.
        if below <= f64::EPSILON * beside || below <= f64::MIN_POSITIVE.sqrt() * norm {
            h[(i, i - 1)] = 0.0;
            return i;
        }
    }
    0
}

/// One step with both eigenvalues of the last two rows as shifts, or with others when it has stalled.
fn sweep(h: &mut Matrix, q: &mut Matrix, start: usize, end: usize, step: usize) {
    let (n, last) = (h.rows(), end - 1);
    let (x, y, w) = if step.is_multiple_of(10) {
        // Cyclic matrices are left as they are by the usual shifts.
        let size = h[(last, last - 1)].abs() + h[(last - 1, last - 2)].abs();
        (0.75 * size, 0.75 * size, -0.4375 * size * size)
    } else {
        let (b, c) = (h[(last - 1, last)], h[(last, last - 1)]);
        (h[(last - 1, last - 1)], h[(last, last)], b * c)
    };
    let (a, b) = (h[(start, start)], h[(start, start + 1)]);
    let (c, d) = (h[(start + 1, start)], h[(start + 1, start + 1)]);
    // The first column of (H - σ₁)(H - σ₂), of differences: sums and products of shifts near `a` would cancel.
    let (x, y) = (x - a, y - a);
    let mut bulge = vec![x * y - w + b * c, c * (d - a - x - y), c * h[(start + 2, start + 1)]];
    for k in start..last {
        let width = bulge.len();
        if let Some(reflection) = Reflection::annihilating(&bulge) {
            let from = k.saturating_sub(1).max(start);
            reflection.on_rows(h, k, from..n);
            reflection.on_columns(h, k, 0..end.min(k + 4));
            reflection.on_rows(q, k, 0..n);
        }
        if k > start {
            for i in k + 1..k + width {
                h[(i, k - 1)] = 0.0;
            }
        }
        bulge = (k + 1..end.min(k + 4)).map(|i| h[(i, k)]).collect();
    }
}

/// Splits the block of rows `i` and `i+1` when its eigenvalues are real; else makes its diagonal entries equal.
fn standardise(h: &mut Matrix, q: &mut Matrix, i: usize) {
    let (a, b, c, d) = (h[(i, i)], h[(i, i + 1)], h[(i + 1, i)], h[(i + 1, i + 1)]);
    if c == 0.0 {
        return;
    }
    let half = 0.5 * (a - d);
    // (half)² + b*c, scaled so that it neither overflows nor underflows.
    let scale = half.abs().max(b.abs()).max(c.abs());
    let discriminant = (half / scale) * (half / scale) + (b / scale) * (c / scale);
    let rotation = if discriminant >= 0.0 {
        // An eigenvector (λ - d, c) as the first basis vector; the root that does not cancel.
        let root = scale * discriminant.sqrt();
        Rotation::annihilating(half + root.copysign(half), c).0
    } else {
        // tan 2θ = (d - a)/(b + c) makes the diagonal entries equal.
        let angle = 0.5 * (-2.0 * half).atan2(b + c);
        Rotation { cosine: angle.cos(), sine: angle.sin() }
    };
    similar(h, q, i, rotation);
    if discriminant >= 0.0 {
        h[(i + 1, i)] = 0.0;
    } else {
        let mean = 0.5 * (h[(i, i)] + h[(i + 1, i + 1)]);
        h[(i, i)] = mean;
        h[(i + 1, i + 1)] = mean;
    }
}

/// `H ← G*H*G'`, `Q' ← G*Q'` in rows and columns `i` and `i+1`.
fn similar(h: &mut Matrix, q: &mut Matrix, i: usize, rotation: Rotation) {
    let n = h.rows();
    let (before, after) = h.data_mut().split_at_mut((i + 1) * n);
    rotation.turn(&mut before[i * n..], &mut after[..n]);
    for k in 0..n {
        let row = &mut h.data_mut()[k * n + i..][..2];
        let (x, y) = row.split_at_mut(1);
        rotation.turn(x, y);
    }
    let (before, after) = q.data_mut().split_at_mut((i + 1) * n);
    rotation.turn(&mut before[i * n..], &mut after[..n]);
}
