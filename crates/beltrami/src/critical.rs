//! Critical points: equilibria of autonomous systems and of scalar fields, with what they are.

use beltrami_linalg::{GeneralEigen, Interval, Matrix, SymmetricEigen, eigenvalue_discs};
use beltrami_solve::roots::{All, Enclosure, Existence, Root, System};

use crate::equations::Compiled;

/// What a critical point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Real eigenvalues, all negative.
    StableNode,
    /// Real eigenvalues, all positive.
    UnstableNode,
    /// Eigenvalues on both sides of the imaginary axis.
    Saddle,
    /// Negative real parts, some eigenvalues complex.
    StableSpiral,
    /// Positive real parts, some eigenvalues complex.
    UnstableSpiral,
    /// A pair of eigenvalues on the imaginary axis, in the plane.
    Centre,
    /// An eigenvalue is zero, or on the imaginary axis beside others.
    Degenerate,
    /// Of a field: the Hessian is positive definite.
    Minimum,
    /// Of a field: the Hessian is negative definite.
    Maximum,
}

/// Whether nearby states stay nearby and come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// All real parts are negative.
    Stable,
    /// A real part is positive.
    Unstable,
    /// The linear part does not say.
    Undecided,
}

/// A critical point that is proved to exist.
#[derive(Clone, Debug)]
pub struct CriticalPoint {
    /// Its coordinates.
    pub x: Vec<f64>,
    /// How far any coordinate is from the exact one at most.
    pub radius: f64,
    /// The Jacobian, or the Hessian of a field.
    pub jacobian: Matrix,
    /// Its eigenvalues, real and imaginary parts.
    pub eigenvalues: Vec<(f64, f64)>,
    /// Unit eigenvectors of real eigenvalues, with their eigenvalues.
    pub vectors: Vec<(f64, Vec<f64>)>,
    /// What it is.
    pub class: Class,
    /// Whether it is stable; for a field, under descent along the gradient.
    pub stability: Stability,
    /// Whether intervals prove the signs of the real parts and, where the class depends on it, which eigenvalues are real.
    pub class_certified: bool,
    /// More than the class says, if there is more.
    pub detail: Option<&'static str>,
}

impl Class {
    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Class::StableNode => "stable node",
            Class::UnstableNode => "unstable node",
            Class::Saddle => "saddle",
            Class::StableSpiral => "stable spiral",
            Class::UnstableSpiral => "unstable spiral",
            Class::Centre => "centre",
            Class::Degenerate => "degenerate",
            Class::Minimum => "minimum",
            Class::Maximum => "maximum",
        }
    }
}

impl Stability {
    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Stability::Stable => "stable",
            Stability::Unstable => "unstable",
            Stability::Undecided => "undecided",
        }
    }
}

/// Classifies all roots of a system of equations; `field` where the system is the gradient of a scalar.
pub fn critical_points(system: &mut Compiled, all: &All, field: bool) -> Vec<CriticalPoint> {
    all.roots.iter().filter_map(|root| critical_point(system, root, field)).collect()
}

fn critical_point(system: &mut Compiled, root: &Root, field: bool) -> Option<CriticalPoint> {
    let n = root.enclosure.len();
    let x = root.point();
    let mut jacobian = Matrix::zeros(n, n);
    System::jacobian(system, &x, jacobian.data_mut());
    let mut range = vec![Interval::ZERO; n * n];
    let bounded = Enclosure::jacobian(system, &root.enclosure, &mut range) == Existence::Continuous;
    let spectrum = Spectrum::new(&jacobian, bounded.then_some(&range[..]), field)?;
    let (class, detail) = if field { spectrum.of_field() } else { spectrum.of_flow(&jacobian) };
    Some(CriticalPoint {
        radius: root.radius(),
        class,
        detail,
        stability: spectrum.stability(field),
        class_certified: spectrum.is_certain(class),
        eigenvalues: spectrum.values,
        vectors: spectrum.vectors,
        x,
        jacobian,
    })
}

/// Eigenvalues with how far they may be off.
struct Spectrum {
    values: Vec<(f64, f64)>,
    vectors: Vec<(f64, Vec<f64>)>,
    /// How far each is off at most.
    margins: Vec<f64>,
    /// Whether the margins are proved.
    proved: bool,
    /// Whether every eigenvalue that is taken to be real is alone in its disc, and so is real.
    separate: bool,
}

impl Spectrum {
    /// By the blocks of unknowns that depend on each other both ways: their eigenvalues are all there are, and a small one of
    /// one block is not beneath the rounding of a large one of another.
    fn new(jacobian: &Matrix, range: Option<&[Interval]>, symmetric: bool) -> Option<Spectrum> {
        let n = jacobian.rows();
        let whole = Spectrum::of_block(jacobian, range, symmetric)?;
        let linked = |i: usize, j: usize| match range {
            Some(range) => range[i * n + j].lo != 0.0 || range[i * n + j].hi != 0.0,
            None => jacobian[(i, j)] != 0.0,
        };
        let blocks = blocks(n, &linked);
        if blocks.len() < 2 {
            return Some(whole);
        }
        let mut parts = Vec::new();
        for block in &blocks {
            let k = block.len();
            let part = Matrix::from_fn(k, k, |i, j| jacobian[(block[i], block[j])]);
            let range: Option<Vec<Interval>> = range.map(|range| {
                let places = block.iter().flat_map(|i| block.iter().map(move |j| i * n + j));
                places.map(|place| range[place]).collect()
            });
            parts.push(Spectrum::of_block(&part, range.as_deref(), symmetric)?);
        }
        let mut values: Vec<((f64, f64), f64)> = parts
            .iter()
            .flat_map(|part| part.values.iter().copied().zip(part.margins.iter().copied()))
            .collect();
        values.sort_by(|(a, _), (b, _)| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
        Some(Spectrum {
            values: values.iter().map(|(value, _)| *value).collect(),
            margins: values.iter().map(|(_, margin)| *margin).collect(),
            vectors: whole.vectors,
            proved: parts.iter().all(|part| part.proved),
            // Conjugates belong to one block.
            separate: parts.iter().all(|part| part.separate),
        })
    }

    fn of_block(
        jacobian: &Matrix,
        range: Option<&[Interval]>,
        symmetric: bool,
    ) -> Option<Spectrum> {
        let n = jacobian.rows();
        let (values, vectors) = if symmetric {
            let eigen = SymmetricEigen::new(&symmetrised(jacobian)).ok()?;
            let vector = |j: usize| (0..n).map(|i| eigen.vectors[(i, j)]).collect();
            let vectors = (0..n).map(|j| (eigen.values[j], vector(j))).collect();
            (eigen.values.iter().map(|x| (*x, 0.0)).collect::<Vec<_>>(), vectors)
        } else {
            let eigen = GeneralEigen::new(jacobian).ok()?;
            let vector = |j: usize| (0..n).map(|i| eigen.real[(i, j)]).collect();
            let real = (0..n).filter(|j| eigen.values[*j].1 == 0.0);
            let vectors = real.map(|j| (eigen.values[j].0, vector(j))).collect();
            (eigen.values.clone(), vectors)
        };
        // The rightmost first, the upper one of a pair before the lower.
        let mut values = values;
        values.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
        // Eigenvalues of a defective matrix are off by the root of the rounding errors.
        let size = jacobian.data().iter().fold(0.0_f64, |most, a| most.max(a.abs()));
        let fallback = 4.0 * n as f64 * f64::EPSILON.sqrt() * size;
        let discs = range.and_then(|range| eigenvalue_discs(range, n));
        let separate = discs.as_ref().is_some_and(|discs| {
            (0..n).all(|i| {
                discs[i].avoids_reals()
                    || (0..n).all(|j| i == j || discs[i].is_apart_from(&discs[j]))
            })
        });
        let margins = values.iter().map(|value| {
            // Discs come in their own order; the one around this value counts.
            let disc = discs.iter().flatten().min_by(|a, b| {
                let gap = |d: &beltrami_linalg::Disc| (d.re - value.0).hypot(d.im - value.1);
                gap(a).total_cmp(&gap(b))
            });
            disc.map_or(fallback, |d| d.radius + (d.re - value.0).hypot(d.im - value.1))
        });
        let margins = margins.collect();
        Some(Spectrum { margins, values, vectors, proved: discs.is_some(), separate })
    }

    /// The sign of the real part of each; 0 where it is not certain.
    fn signs(&self) -> Vec<i32> {
        let sign = |((re, _), margin): (&(f64, f64), &f64)| {
            i32::from(*re > *margin) - i32::from(*re < -*margin)
        };
        self.values.iter().zip(&self.margins).map(sign).collect()
    }

    fn is_complex(&self, k: usize) -> bool {
        self.values[k].1.abs() > self.margins[k]
    }

    fn of_field(&self) -> (Class, Option<&'static str>) {
        let signs = self.signs();
        let class = if signs.contains(&0) && !(signs.contains(&1) && signs.contains(&-1)) {
            Class::Degenerate
        } else if signs.iter().all(|s| *s == 1) {
            Class::Minimum
        } else if signs.iter().all(|s| *s == -1) {
            Class::Maximum
        } else {
            Class::Saddle
        };
        (class, None)
    }

    fn of_flow(&self, jacobian: &Matrix) -> (Class, Option<&'static str>) {
        let n = self.values.len();
        let signs = self.signs();
        let complex = (0..n).any(|k| self.is_complex(k));
        let neutral: Vec<usize> = (0..n).filter(|k| signs[*k] == 0).collect();
        if !neutral.is_empty() {
            let turning = neutral.iter().all(|k| self.is_complex(*k));
            return match (turning, n) {
                (true, 2) => {
                    (Class::Centre, Some("centre of the linearisation, nonlinear type undecided"))
                }
                (true, _) => {
                    (Class::Degenerate, Some("a pair of eigenvalues on the imaginary axis"))
                }
                _ => (Class::Degenerate, Some("an eigenvalue is zero")),
            };
        }
        let positive = signs.iter().filter(|s| **s == 1).count();
        match (positive, complex) {
            (p, true) if 0 < p && p < n => (Class::Saddle, Some("saddle-focus")),
            (p, false) if 0 < p && p < n => (Class::Saddle, None),
            (0, true) => (Class::StableSpiral, None),
            (_, true) => (Class::UnstableSpiral, None),
            (0, false) => (Class::StableNode, self.kind_of_node(jacobian)),
            (_, false) => (Class::UnstableNode, self.kind_of_node(jacobian)),
        }
    }

    /// In the plane, whether both eigenvalues of a node coincide, and with how many directions.
    fn kind_of_node(&self, j: &Matrix) -> Option<&'static str> {
        let [(a, _), (b, _)] = self.values[..] else { return None };
        let size = a.abs().max(b.abs());
        let small = |x: f64| x.abs() <= 8.0 * f64::EPSILON.sqrt() * size;
        if !small(a - b) {
            return None;
        }
        let star = small(j[(0, 1)]) && small(j[(1, 0)]) && small(j[(0, 0)] - j[(1, 1)]);
        Some(if star {
            "star: every direction is an eigenvector"
        } else {
            "degenerate node: one eigenvector"
        })
    }

    fn stability(&self, field: bool) -> Stability {
        let signs = self.signs();
        // Descent along the gradient of a field turns the signs of its Hessian around.
        let towards = if field { 1 } else { -1 };
        if signs.contains(&-towards) {
            Stability::Unstable
        } else if signs.iter().all(|s| *s == towards) {
            Stability::Stable
        } else {
            Stability::Undecided
        }
    }

    fn is_certain(&self, class: Class) -> bool {
        let split = matches!(
            class,
            Class::StableNode | Class::UnstableNode | Class::StableSpiral | Class::UnstableSpiral
        );
        let decided = !matches!(class, Class::Degenerate | Class::Centre);
        self.proved && decided && (!split || self.separate)
    }
}

/// The unknowns in groups, any two of which depend on each other, by way of others or at once.
fn blocks(n: usize, linked: &dyn Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut reaches = vec![false; n * n];
    for i in 0..n {
        for j in 0..n {
            reaches[i * n + j] = i == j || linked(i, j);
        }
    }
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                reaches[i * n + j] |= reaches[i * n + k] && reaches[k * n + j];
            }
        }
    }
    let together = |i: usize, j: usize| reaches[i * n + j] && reaches[j * n + i];
    let first = |i: usize| (0..i).all(|j| !together(i, j));
    (0..n).filter(|i| first(*i)).map(|i| (0..n).filter(|j| together(i, *j)).collect()).collect()
}

fn symmetrised(a: &Matrix) -> Matrix {
    Matrix::from_fn(a.rows(), a.cols(), |i, j| 0.5 * (a[(i, j)] + a[(j, i)]))
}
