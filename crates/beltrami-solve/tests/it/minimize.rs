//! Minimisation of functions written by hand, as a user of the crate sees it.

use beltrami_linalg::Matrix;
use beltrami_solve::minimize::{
    Hessian, Method, Objective, Offer, Options, Outcome, Status, Structure, Undefined, minimize,
};

/// A function of two variables by its value, gradient and Hessian.
struct Plane {
    value: fn(f64, f64) -> f64,
    gradient: fn(f64, f64) -> [f64; 2],
    hessian: fn(f64, f64) -> [[f64; 2]; 2],
    /// Whether the Hessian is offered whole, or by products alone.
    whole: bool,
}

impl Objective for Plane {
    fn variables(&self) -> usize {
        2
    }

    fn offer(&self) -> Offer {
        let hessian = self.whole.then_some(Structure::Dense);
        Offer { hessian, product: true, ..Offer::default() }
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        Ok((self.value)(x[0], x[1]))
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        gradient.copy_from_slice(&(self.gradient)(x[0], x[1]));
        self.value(x)
    }

    fn hessian(&mut self, x: &[f64]) -> Result<Hessian, Undefined> {
        let h = (self.hessian)(x[0], x[1]);
        Ok(Hessian::Dense(Matrix::from_fn(2, 2, |i, j| h[i][j])))
    }

    fn product(
        &mut self,
        x: &[f64],
        direction: &[f64],
        product: &mut [f64],
    ) -> Result<(), Undefined> {
        let h = (self.hessian)(x[0], x[1]);
        for (p, row) in product.iter_mut().zip(h) {
            *p = row[0] * direction[0] + row[1] * direction[1];
        }
        Ok(())
    }
}

/// `x² - y² + y⁴/4`: a saddle at 0, minima at `(0, ±√2)` with the value -1.
fn saddle(whole: bool) -> Plane {
    Plane {
        value: |x, y| x * x - y * y + y.powi(4) / 4.0,
        gradient: |x, y| [2.0 * x, -2.0 * y + y.powi(3)],
        hessian: |_, y| [[2.0, 0.0], [0.0, -2.0 + 3.0 * y * y]],
        whole,
    }
}

fn run(plane: &mut Plane, start: [f64; 2], method: Method) -> Outcome {
    let options = Options { method, ..Options::default() };
    minimize(plane, &start, &options, &mut |_, _| true).expect("defined at the start")
}

#[test]
fn methods_that_see_curvature_leave_a_saddle() {
    for (whole, method) in [
        (true, Method::Trust),
        (true, Method::Newton),
        (true, Method::Bfgs),
        (true, Method::Lbfgs),
        (false, Method::NewtonCg),
    ] {
        let found = run(&mut saddle(whole), [1.0, 0.0], method);
        assert_eq!(found.status, Status::Converged, "{method:?}: {found:?}");
        assert!((found.value + 1.0).abs() < 1e-10, "{method:?}: {}", found.value);
    }
    let found = run(&mut saddle(true), [1.0, 0.0], Method::Gradient);
    assert_eq!((found.status, found.inertia), (Status::Saddle, Some([1, 0, 1])));
}

#[test]
fn values_that_fall_without_end_are_called_unbounded() {
    for method in [Method::Trust, Method::Lbfgs, Method::Bfgs] {
        let mut plane = Plane {
            value: |x, y| x + y * y,
            gradient: |_, y| [1.0, 2.0 * y],
            hessian: |_, _| [[0.0, 0.0], [0.0, 2.0]],
            whole: true,
        };
        let found = run(&mut plane, [0.0, 1.0], method);
        assert_eq!(found.status, Status::Unbounded, "{method:?}: {}", found.reason);
    }
}

#[test]
fn a_plateau_is_no_minimum() {
    // Level far out, its slope lost in rounding; what values at several distances do not meet is not decided.
    let mut plane = Plane {
        value: |x, y| -(-(x - 3.0).powi(2) - (y + 2.0).powi(2)).exp(),
        gradient: |x, y| {
            let (u, v) = (x - 3.0, y + 2.0);
            let e = (-u * u - v * v).exp();
            [2.0 * u * e, 2.0 * v * e]
        },
        hessian: |x, y| {
            let (u, v) = (x - 3.0, y + 2.0);
            let e = (-u * u - v * v).exp();
            let mixed = -4.0 * u * v * e;
            [[(2.0 - 4.0 * u * u) * e, mixed], [mixed, (2.0 - 4.0 * v * v) * e]]
        },
        whole: true,
    };
    let found = run(&mut plane, [6.1e5, 4.7e5], Method::Trust);
    assert_eq!(found.status, Status::Undecided, "{}", found.reason);
    // From here one of them lies in the well.
    let found = run(&mut plane, [30.0, -2.0], Method::Trust);
    assert_eq!((found.status, found.value), (Status::Converged, -1.0), "{}", found.reason);
}

#[test]
fn the_watcher_ends_a_run_and_the_point_is_kept() {
    let mut plane = saddle(true);
    let options = Options { method: Method::Gradient, ..Options::default() };
    let found =
        minimize(&mut plane, &[1.0, 0.5], &options, &mut |iterate, _| iterate.iteration < 2)
            .expect("defined at the start");
    assert_eq!((found.status, found.iterations), (Status::Interrupted, 2));
    assert!(found.value < 1.0);
}

#[test]
fn bounds_hold_and_their_multipliers_are_no_slope() {
    let mut plane = Plane {
        value: |x, y| (x - 2.0).powi(2) + (y + 3.0).powi(2) + x * y,
        gradient: |x, y| [2.0 * (x - 2.0) + y, 2.0 * (y + 3.0) + x],
        hessian: |_, _| [[2.0, 1.0], [1.0, 2.0]],
        whole: true,
    };
    let bounds = Some(vec![(f64::NEG_INFINITY, f64::INFINITY), (-1.0, 1.0)]);
    let options = Options { method: Method::Lbfgs, bounds, ..Options::default() };
    let found = minimize(&mut plane, &[0.0, 5.0], &options, &mut |_, _| true).expect("defined");
    assert_eq!(found.status, Status::Converged, "{}", found.reason);
    // With y = -1 the slope in x vanishes at 2.5.
    assert!((found.x[0] - 2.5).abs() < 1e-7 && found.x[1] == -1.0, "{:?}", found.x);
    assert_eq!(found.inertia, Some([0, 0, 1]));
}

#[test]
fn a_start_outside_the_domain_is_refused() {
    let mut plane = Plane {
        value: |x, _| x.ln(),
        gradient: |x, _| [1.0 / x, 0.0],
        hessian: |x, _| [[-1.0 / (x * x), 0.0], [0.0, 0.0]],
        whole: true,
    };
    let refused = minimize(&mut plane, &[-1.0, 0.0], &Options::default(), &mut |_, _| true);
    assert!(refused.is_err_and(|undefined| undefined.reason.contains("NaN")));
}

/// `Σ aᵢ(xᵢ - 1)²/2 + log cosh xᵢ` for curvatures `a` that are known to be at least the first one.
struct Bowl {
    curvatures: Vec<f64>,
}

impl Objective for Bowl {
    fn variables(&self) -> usize {
        self.curvatures.len()
    }

    fn offer(&self) -> Offer {
        Offer {
            hessian: Some(Structure::Dense),
            hessian_gradients: 10,
            convexity: Some(self.curvatures[0]),
            ..Offer::default()
        }
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        let term = |(a, x): (&f64, &f64)| 0.5 * a * (x - 1.0).powi(2) + x.cosh().ln();
        Ok(self.curvatures.iter().zip(x).map(term).sum())
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        for ((g, a), x) in gradient.iter_mut().zip(&self.curvatures).zip(x) {
            *g = a * (x - 1.0) + x.tanh();
        }
        self.value(x)
    }

    fn hessian(&mut self, x: &[f64]) -> Result<Hessian, Undefined> {
        let n = x.len();
        let entry = |i: usize| self.curvatures[i] + x[i].cosh().powi(-2);
        Ok(Hessian::Dense(Matrix::from_fn(n, n, |i, j| if i == j { entry(i) } else { 0.0 })))
    }
}

#[test]
fn gradients_prove_the_minimum_of_what_is_strongly_convex_and_give_way_where_they_are_slow() {
    let tried = |steepest: f64| {
        let curvatures = (0..40).map(|i| 1e-2 * (steepest / 1e-2).powf(i as f64 / 39.0)).collect();
        let options = Options {
            method: Method::Lbfgs,
            patience: Some(20),
            tolerance: 1e-6,
            ..Options::default()
        };
        let mut bowl = Bowl { curvatures };
        let found =
            minimize(&mut bowl, &[0.0; 40], &options, &mut |_, _| true).expect("a finite start");
        assert_eq!((found.status, found.inertia), (Status::Converged, Some([0, 0, 40])));
        let proved = found.measures.iter().find(|m| m.name == "excess").map(|m| m.value);
        assert!(proved.is_some() || found.method != Method::Lbfgs, "{found:?}");
        let excess = proved.unwrap_or(1e-6);
        // The true excess, from the minimum by bisection entry by entry.
        let mut least = 0.0;
        for a in &bowl.curvatures {
            let (mut low, mut high) = (0.0_f64, 1.0_f64);
            for _ in 0..60 {
                let x = 0.5 * (low + high);
                if a * (x - 1.0) + x.tanh() < 0.0 { low = x } else { high = x }
            }
            least += 0.5 * a * (low - 1.0).powi(2) + low.cosh().ln();
        }
        // Sums of forty terms near 1 round to 1e-14.
        assert!(found.value - least <= excess * found.value.abs() + 1e-14, "{steepest}");
        (found.method, found.counts.hessians)
    };
    assert_eq!(tried(1e-1), (Method::Lbfgs, 0));
    let (method, hessians) = tried(1e5);
    assert!(method == Method::Trust && hessians > 0, "{method:?}");
}

/// `1 + x²/(x² + y²)` has the value 1 on all of the line `x = 0` but its middle, and there alone.
#[test]
fn a_minimum_that_is_a_line_is_one_although_other_lines_are_level_elsewhere() {
    let mut quotient = Plane {
        value: |x, y| 1.0 + x * x / (x * x + y * y),
        gradient: |x, y| {
            let r = x * x + y * y;
            [2.0 * x * y * y / r.powi(2), -2.0 * x * x * y / r.powi(2)]
        },
        hessian: |x, y| {
            let r = (x * x + y * y).powi(3);
            let mixed = 4.0 * x * y * (x * x - y * y) / r;
            [
                [2.0 * y * y * (y * y - 3.0 * x * x) / r, mixed],
                [mixed, 2.0 * x * x * (3.0 * y * y - x * x) / r],
            ]
        },
        whole: true,
    };
    for start in [[1.0, 2.0], [-3.0, 1.0], [0.1, -5.0]] {
        let found = run(&mut quotient, start, Method::Trust);
        assert_eq!(found.status, Status::Converged, "{start:?}: {found:?}");
        assert_eq!(found.inertia, Some([0, 1, 1]), "{start:?}");
        assert!((found.value - 1.0).abs() < 1e-12, "{start:?}: {}", found.value);
    }
}
