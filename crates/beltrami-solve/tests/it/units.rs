//! No verdict depends on the units in which a problem is written.

use beltrami_linalg::Matrix;
use beltrami_solve::minimize::{
    Hessian, Method, Objective, Offer, Options, Outcome, Status, Structure, Undefined, minimize,
};

/// A function of two variables by its value, gradient and second derivatives `xx`, `xy`, `yy`.
struct Plane {
    name: &'static str,
    value: fn(f64, f64) -> f64,
    gradient: fn(f64, f64) -> [f64; 2],
    hessian: fn(f64, f64) -> [f64; 3],
    start: [f64; 2],
    bounds: Option<[(f64, f64); 2]>,
    status: Status,
}

/// The same function of other unknowns and in other units of the value.
struct Written<'a> {
    plane: &'a Plane,
    units: [f64; 2],
    unit: f64,
}

impl Objective for Written<'_> {
    fn variables(&self) -> usize {
        2
    }

    fn offer(&self) -> Offer {
        Offer { hessian: Some(Structure::Dense), product: true, ..Offer::default() }
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        Ok((self.plane.value)(x[0] / self.units[0], x[1] / self.units[1]) * self.unit)
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        let slopes = (self.plane.gradient)(x[0] / self.units[0], x[1] / self.units[1]);
        for ((g, slope), unit) in gradient.iter_mut().zip(slopes).zip(self.units) {
            *g = slope * (self.unit / unit);
        }
        self.value(x)
    }

    fn hessian(&mut self, x: &[f64]) -> Result<Hessian, Undefined> {
        let [xx, xy, yy] = (self.plane.hessian)(x[0] / self.units[0], x[1] / self.units[1]);
        let entry = |i: usize, j: usize| {
            let entry = [[xx, xy], [xy, yy]][i][j];
            entry / self.units[i] * self.unit / self.units[j]
        };
        Ok(Hessian::Dense(Matrix::from_fn(2, 2, entry)))
    }

    fn product(&mut self, x: &[f64], v: &[f64], product: &mut [f64]) -> Result<(), Undefined> {
        product.copy_from_slice(&self.hessian(x)?.times(v));
        Ok(())
    }
}

fn solved(plane: &Plane, method: Method, units: [f64; 2], unit: f64) -> Outcome {
    let start = [plane.start[0] * units[0], plane.start[1] * units[1]];
    let bounds = plane.bounds.map(|bounds| {
        bounds.iter().zip(units).map(|((low, high), u)| (low * u, high * u)).collect()
    });
    let options = Options { method, bounds, ..Options::default() };
    let mut written = Written { plane, units, unit };
    minimize(&mut written, &start, &options, &mut |_, _| true).expect("defined at the start")
}

fn planes() -> Vec<Plane> {
    let plane = Plane {
        name: "",
        value: |_, _| 0.0,
        gradient: |_, _| [0.0; 2],
        hessian: |_, _| [0.0; 3],
        start: [0.0; 2],
        bounds: None,
        status: Status::Converged,
    };
    vec![
        Plane {
            name: "the valley of Rosenbrock",
            value: |x, y| 100.0 * (y - x * x).powi(2) + (1.0 - x).powi(2),
            gradient: |x, y| {
                let r = y - x * x;
                [-400.0 * x * r - 2.0 * (1.0 - x), 200.0 * r]
            },
            hessian: |x, y| [1200.0 * x * x - 400.0 * y + 2.0, -400.0 * x, 200.0],
            start: [-1.2, 1.0],
            ..plane
        },
        Plane {
            name: "a saddle between two minima",
            value: |x, y| x * x - y * y + y.powi(4) / 4.0,
            gradient: |x, y| [2.0 * x, -2.0 * y + y.powi(3)],
            hessian: |_, y| [2.0, 0.0, -2.0 + 3.0 * y * y],
            start: [1.0, 0.0],
            ..plane
        },
        Plane {
            name: "a well of depth 1 from far outside",
            value: |x, y| -(-x * x - y * y).exp(),
            gradient: |x, y| {
                let e = (-x * x - y * y).exp();
                [2.0 * x * e, 2.0 * y * e]
            },
            hessian: |x, y| {
                let e = (-x * x - y * y).exp();
                [(2.0 - 4.0 * x * x) * e, -4.0 * x * y * e, (2.0 - 4.0 * y * y) * e]
            },
            start: [6.0, 1.0],
            ..plane
        },
        Plane {
            name: "a fall of fourth order",
            value: |x, y| x * x - y.powi(4),
            gradient: |x, y| [2.0 * x, -4.0 * y.powi(3)],
            hessian: |_, y| [2.0, 0.0, -12.0 * y * y],
            start: [1.0, 0.0],
            status: Status::Unbounded,
            ..plane
        },
        Plane {
            name: "Peano's function, lower along curves alone",
            value: |x, y| (y - x * x) * (y - 2.0 * x * x),
            gradient: |x, y| [-6.0 * x * y + 8.0 * x.powi(3), 2.0 * y - 3.0 * x * x],
            hessian: |x, y| [-6.0 * y + 24.0 * x * x, -6.0 * x, 2.0],
            start: [0.0, 1.0],
            status: Status::Unbounded,
            ..plane
        },
        Plane {
            name: "a value that no point has",
            value: |x, y| (1.0 + x * x).sqrt() - x + y * y,
            gradient: |x, y| [x / (1.0 + x * x).sqrt() - 1.0, 2.0 * y],
            hessian: |x, _| [(1.0 + x * x).powf(-1.5), 0.0, 2.0],
            start: [1.0, 1.0],
            status: Status::NotAttained,
            ..plane
        },
        Plane {
            name: "a plane",
            value: |x, y| 3.0 * x - 4.0 * y,
            gradient: |_, _| [3.0, -4.0],
            hessian: |_, _| [0.0; 3],
            start: [1.0, 1.0],
            status: Status::Unbounded,
            ..plane
        },
        Plane {
            name: "a cone on a bowl",
            value: |x, y| x.abs() + (y - 1.0).abs() + x * x,
            gradient: |x, y| [x.signum() + 2.0 * x, (y - 1.0).signum()],
            hessian: |_, _| [2.0, 0.0, 0.0],
            start: [3.0, 3.0],
            ..plane
        },
        Plane {
            name: "a bowl whose minimum is far away",
            value: |x, y| 1e-20 * x * x - x + y * y,
            gradient: |x, y| [2e-20 * x - 1.0, 2.0 * y],
            hessian: |_, _| [2e-20, 0.0, 2.0],
            start: [0.0, 1.0],
            ..plane
        },
        Plane {
            name: "a saddle within bounds",
            value: |x, y| x * y,
            gradient: |x, y| [y, x],
            hessian: |_, _| [0.0, 1.0, 0.0],
            start: [0.5, 0.25],
            bounds: Some([(-1.0, 1.0); 2]),
            ..plane
        },
        Plane {
            name: "a fall within half bounds",
            value: |x, y| x - y,
            gradient: |_, _| [1.0, -1.0],
            hessian: |_, _| [0.0; 3],
            start: [1.0, 1.0],
            bounds: Some([(0.0, f64::INFINITY); 2]),
            status: Status::Unbounded,
        },
    ]
}

#[test]
fn no_verdict_depends_on_the_units_of_unknowns_or_values() {
    let sizes = [1.0, 2.0_f64.powi(60), 2.0_f64.powi(-60)];
    for plane in planes() {
        let method = if plane.bounds.is_some() { Method::Lbfgs } else { Method::Trust };
        let plain = solved(&plane, method, [1.0; 2], 1.0);
        assert_eq!(plain.status, plane.status, "{}: {}", plane.name, plain.reason);
        for x in sizes {
            for y in sizes {
                for unit in sizes {
                    let found = solved(&plane, method, [x, y], unit);
                    let case = format!("{} in {x:e}, {y:e}, {unit:e}", plane.name);
                    assert_eq!(found.status, plane.status, "{case}: {}", found.reason);
                    if plane.status == Status::Converged {
                        // Powers of two round nothing, so that the ways are the same but for tests against units.
                        let gap = (found.value / unit - plain.value).abs();
                        assert!(gap <= 1e-9 * plain.value.abs().max(1.0), "{case}: {gap:e}");
                    }
                }
            }
        }
    }
}

/// What a method says that finds no verdict.
fn is_open(status: Status) -> bool {
    matches!(status, Status::IterationLimit | Status::NoProgress)
}

#[test]
fn no_verdict_of_any_method_depends_on_the_units() {
    let sizes = [1.0, 2.0_f64.powi(60), 2.0_f64.powi(-60)];
    let methods = [Method::Gradient, Method::Newton, Method::NewtonCg, Method::Bfgs, Method::Lbfgs];
    for plane in planes().into_iter().filter(|plane| plane.bounds.is_none()) {
        for method in methods {
            let case = format!("{} by {method:?}", plane.name);
            let plain = solved(&plane, method, [1.0; 2], 1.0);
            // The gradient alone is slow, and does not leave a saddle.
            let weak = method == Method::Gradient
                && (is_open(plain.status) || plain.status == Status::Saddle);
            assert!(plain.status == plane.status || weak, "{case}: {}", plain.reason);
            for x in sizes {
                for y in sizes {
                    for unit in sizes {
                        let found = solved(&plane, method, [x, y], unit);
                        let case = format!("{case} in {x:e}, {y:e}, {unit:e}");
                        assert_eq!(found.status, plain.status, "{case}: {}", found.reason);
                    }
                }
            }
        }
    }
}
