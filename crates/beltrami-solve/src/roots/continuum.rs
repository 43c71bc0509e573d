//! Whether roots near a box follow a curve or a surface.

use beltrami_linalg::{Interval, Matrix, SymmetricEigen};

use super::System;

/// Values this much below those elsewhere in the box are zero.
const ZERO: f64 = 1e-13;
/// Steps of a projection; where derivatives vanish on the roots each halves the distance.
const STEPS: usize = 60;
/// How far along a curve another root is looked for, in sides of the box.
const DISTANCES: [f64; 4] = [1.0, 1.0 / 16.0, 1.0 / 256.0, 1.0 / 4096.0];
/// The equations change less than this, in sizes of theirs in the box, along a side of the box that follows their roots.
const LEVEL: f64 = 1e-6;

/// Whether a root near a box has roots beside it at several distances in a direction along which the equations do not
/// change.
///
/// Roots are met by Gauss–Newton steps of every rank, because off a curve of roots the Jacobian need not be singular.
/// This is no proof: it takes isolated roots of high order for what they nearly are.
pub(super) fn is_continuum<S: System>(system: &mut S, x: &[Interval], sides: &[f64]) -> bool {
    let n = x.len();
    let scale = scale(system, x);
    let mut local = Local { system, scale, sides, f: vec![0.0; n], j: vec![0.0; n * n] };
    let size = x.iter().zip(sides).map(|(x, side)| x.width() / side).fold(0.0, f64::max);
    let middle: Vec<f64> = x.iter().map(|x| x.middle()).collect();
    (1..=n).rev().any(|rank| {
        let Some((root, level)) = local.projected(middle.clone(), rank) else { return false };
        local.is_near(&root, &middle, size)
            && local.change(&level) * size <= LEVEL
            && [1.0, -1.0].into_iter().any(|sign| {
                DISTANCES.into_iter().all(|part| {
                    let far = part * size;
                    let beside = root
                        .iter()
                        .zip(&level)
                        .zip(sides)
                        .map(|((x, v), s)| x + sign * far * v * s);
                    let Some((other, _)) = local.projected(beside.collect(), rank) else {
                        return false;
                    };
                    let moved = local.distance(&other, &root);
                    (0.5 * far..2.0 * far).contains(&moved)
                })
            })
    })
}

/// The size of each equation in a box: its values and its changes at two points beside the middle.
fn scale<S: System>(system: &mut S, x: &[Interval]) -> Vec<f64> {
    let n = x.len();
    let (mut f, mut j) = (vec![0.0; n], vec![0.0; n * n]);
    let mut scale = vec![0.0_f64; n];
    for part in [0.1, 0.73] {
        let at: Vec<f64> = x.iter().map(|x| x.lo + part * (x.hi - x.lo)).collect();
        system.value(&at, &mut f);
        system.jacobian(&at, &mut j);
        for (i, scale) in scale.iter_mut().enumerate() {
            let row = j[i * n..(i + 1) * n].iter().zip(x);
            let change: f64 = row.map(|(d, x)| (d * x.width()).abs()).sum();
            *scale = scale.max(f[i].abs()).max(change);
        }
    }
    scale.into_iter().map(|s| if s.is_normal() { s } else { 1.0 }).collect()
}

/// Whether there is a root near a box at which the equations do not change in some direction.
pub(super) fn is_singular<S: System>(system: &mut S, x: &[Interval], sides: &[f64]) -> bool {
    let n = x.len();
    let scale = scale(system, x);
    let mut local = Local { system, scale, sides, f: vec![0.0; n], j: vec![0.0; n * n] };
    let size = x.iter().zip(sides).map(|(x, side)| x.width() / side).fold(0.0, f64::max);
    let middle: Vec<f64> = x.iter().map(|x| x.middle()).collect();
    (1..=n).rev().any(|rank| {
        local.projected(middle.clone(), rank).is_some_and(|(root, level)| {
            local.is_near(&root, &middle, size) && local.change(&level) * size <= LEVEL
        })
    })
}

struct Local<'a, S> {
    system: &'a mut S,
    scale: Vec<f64>,
    sides: &'a [f64],
    f: Vec<f64>,
    j: Vec<f64>,
}

impl<S: System> Local<'_, S> {
    /// A root near a point, and the direction there, in sides of the region, in which the equations change least.
    fn projected(&mut self, mut at: Vec<f64>, rank: usize) -> Option<(Vec<f64>, Vec<f64>)> {
        let n = at.len();
        for _ in 0..STEPS {
            self.system.value(&at, &mut self.f);
            self.system.jacobian(&at, &mut self.j);
            let a = Matrix::from_fn(n, n, |i, k| self.j[i * n + k] * self.sides[k] / self.scale[i]);
            let r: Vec<f64> = self.f.iter().zip(&self.scale).map(|(f, s)| f / s).collect();
            let gram = Matrix::from_fn(n, n, |i, k| (0..n).map(|l| a[(l, i)] * a[(l, k)]).sum());
            let eigen = SymmetricEigen::new(&gram).ok()?;
            if r.iter().all(|r| r.abs() <= ZERO) || self.system.vanishes(&at) {
                return Some((at, eigen.vectors.col(0)));
            }
            for k in n - rank..n {
                if eigen.values[k] <= 0.0 {
                    continue;
                }
                let v = eigen.vectors.col(k);
                let image: f64 =
                    (0..n).map(|i| r[i] * (0..n).map(|l| a[(i, l)] * v[l]).sum::<f64>()).sum();
                for ((x, v), side) in at.iter_mut().zip(&v).zip(self.sides) {
                    *x -= image / eigen.values[k] * v * side;
                }
            }
            if at.iter().any(|x| !x.is_finite()) {
                return None;
            }
        }
        None
    }

    /// How much the equations change along a direction from the point that was projected last.
    fn change(&self, direction: &[f64]) -> f64 {
        let n = direction.len();
        let along = |i: usize| {
            let row = self.j[i * n..(i + 1) * n].iter().zip(direction).zip(self.sides);
            row.map(|((d, v), side)| d * v * side).sum::<f64>() / self.scale[i]
        };
        (0..n).map(|i| along(i).abs()).fold(0.0, f64::max)
    }

    fn is_near(&self, root: &[f64], middle: &[f64], size: f64) -> bool {
        self.distance(root, middle) <= 2.0 * size * (root.len() as f64).sqrt()
    }

    fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        let parts = a.iter().zip(b).zip(self.sides);
        parts.map(|((a, b), side)| ((a - b) / side).powi(2)).sum::<f64>().sqrt()
    }
}
