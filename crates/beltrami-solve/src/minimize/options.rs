//! What a caller may choose.

/// A method: a step with its globalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Steepest descent with a line search.
    Gradient,
    /// Newton's method with a line search; a Hessian that is not positive definite is shifted.
    Newton,
    /// Newton's method in a trust region, the subproblem solved exactly.
    Trust,
    /// Newton's method in a trust region by conjugate gradients, from products with the Hessian alone.
    NewtonCg,
    /// The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno with a dense matrix.
    Bfgs,
    /// The same from the last steps alone, within bounds if there are any.
    Lbfgs,
    /// Levenberg–Marquardt for sums of squares, with the whole Hessian where the residuals stay large.
    LeastSquares,
}

impl Method {
    /// All methods.
    pub const ALL: [Method; 7] = [
        Method::Gradient,
        Method::Newton,
        Method::Trust,
        Method::NewtonCg,
        Method::Bfgs,
        Method::Lbfgs,
        Method::LeastSquares,
    ];

    /// The name that command lines use.
    pub fn name(self) -> &'static str {
        match self {
            Method::Gradient => "gradient",
            Method::Newton => "newton",
            Method::Trust => "trust",
            Method::NewtonCg => "newton-cg",
            Method::Bfgs => "bfgs",
            Method::Lbfgs => "lbfgs",
            Method::LeastSquares => "lm",
        }
    }
}

/// How to minimise.
#[derive(Clone, Debug)]
pub struct Options {
    /// The method.
    pub method: Method,
    /// The largest entry of the gradient that counts as zero, relative to the value where that is above 1.
    ///
    /// Methods that see the Hessian also ask that the Newton step is below the root of it, relative to the way from the start.
    pub tolerance: f64,
    /// Iterations before the run is given up.
    pub max_iterations: usize,
    /// Steps that [`Method::Lbfgs`] may need, as it looks from its first ones; beyond, [`Method::Trust`] takes over.
    pub patience: Option<usize>,
    /// Bounds of every variable, infinite where there is none; [`Method::Lbfgs`] alone takes them.
    pub bounds: Option<Vec<(f64, f64)>>,
    /// Whether the point at the end is judged by its Hessian.
    pub judge: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            method: Method::Trust,
            tolerance: 1e-8,
            max_iterations: 20_000,
            patience: None,
            bounds: None,
            judge: true,
        }
    }
}
