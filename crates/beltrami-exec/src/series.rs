//! Truncated power series in one variable.

/// Terms kept: order 0 to 4, enough for four infinitesimals.
pub const TERMS: usize = 5;

/// `c₀ + c₁t + … + c₄t⁴`, everything beyond dropped.
///
/// The recurrences are those of Brent and Kung 1978, each from the differential equation of the function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Series(pub [f64; TERMS]);

impl Series {
    /// A constant.
    pub fn constant(x: f64) -> Series {
        Series([x, 0.0, 0.0, 0.0, 0.0])
    }

    /// `x + t`.
    pub fn variable(x: f64) -> Series {
        Series([x, 1.0, 0.0, 0.0, 0.0])
    }

    /// The product.
    pub fn times(&self, other: &Series) -> Series {
        Series(std::array::from_fn(|n| (0..=n).map(|i| self.0[i] * other.0[n - i]).sum()))
    }

    /// Every coefficient times `factor`.
    pub fn scaled(&self, factor: f64) -> Series {
        Series(self.0.map(|c| factor * c))
    }

    /// `1/f`, from `f * r = 1`.
    pub fn reciprocal(&self) -> Series {
        let mut r = Series::constant(1.0 / self.0[0]);
        for n in 1..TERMS {
            let sum: f64 = (1..=n).map(|i| self.0[i] * r.0[n - i]).sum();
            r.0[n] = -sum / self.0[0];
        }
        r
    }

    /// `exp(f)`, from `e' = f' e`.
    pub fn exp(&self) -> Series {
        let mut e = Series::constant(self.0[0].exp());
        for n in 1..TERMS {
            let sum: f64 = (1..=n).map(|i| i as f64 * self.0[i] * e.0[n - i]).sum();
            e.0[n] = sum / n as f64;
        }
        e
    }

    /// `f^p` for `f` positive at `t = 0`, from `f g' = p f' g`.
    pub fn power(&self, p: f64) -> Series {
        let mut g = Series::constant(self.0[0].powf(p));
        for n in 1..TERMS {
            let sum: f64 =
                (1..=n).map(|i| (p * i as f64 - (n - i) as f64) * self.0[i] * g.0[n - i]).sum();
            g.0[n] = sum / (n as f64 * self.0[0]);
        }
        g
    }

    /// The series with this derivative and value `start` at `t = 0`.
    pub fn integral(&self, start: f64) -> Series {
        Series(std::array::from_fn(|n| if n == 0 { start } else { self.0[n - 1] / n as f64 }))
    }

    /// The solution of `y' = f(y)` with `y(0) = start`, where `f` maps series to series term by term.
    pub fn solve(start: f64, f: impl Fn(&Series) -> Series) -> Series {
        let mut y = Series::constant(start);
        // Each pass makes one more coefficient right, since a coefficient of y' needs only lower ones of y.
        for _ in 1..TERMS {
            y = f(&y).integral(start);
        }
        y
    }
}
