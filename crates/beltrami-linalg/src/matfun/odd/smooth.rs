//! Smooth odd functions.

use super::OddScalar;

/// A smooth odd function by its value and slope for arguments from 0.
#[derive(Clone, Copy, Debug)]
pub struct Smooth<F, D> {
    /// The name in messages.
    pub name: &'static str,
    /// `f(s)`, with `f(0) = 0`.
    pub value: F,
    /// `f'(s)`.
    pub slope: D,
}

impl<F, D> OddScalar for Smooth<F, D>
where
    F: Fn(f64) -> f64 + Clone + Send + Sync + 'static,
    D: Fn(f64) -> f64 + Clone + Send + Sync + 'static,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn value(&self, s: f64) -> f64 {
        (self.value)(s)
    }

    fn slope(&self, s: f64) -> f64 {
        (self.slope)(s)
    }
}

/// The hyperbolic tangent, a smooth bound on the singular values.
#[derive(Clone, Copy, Debug)]
pub struct Tanh;

impl OddScalar for Tanh {
    fn name(&self) -> &'static str {
        "tanh"
    }

    fn value(&self, s: f64) -> f64 {
        s.tanh()
    }

    fn slope(&self, s: f64) -> f64 {
        // 1 - tanh² loses its digits where tanh is near 1.
        let cosh = s.cosh();
        1.0 / cosh / cosh
    }
}
