//! Truncated power series in one variable.

use std::ops::Index;

/// The highest order kept.
pub const MOST: usize = 16;

/// `c₀ + c₁t + … + c_N t^N` of some order `N` up to [`MOST`], everything beyond dropped.
///
/// The recurrences are those of Brent and Kung 1978, each from the differential equation of the function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Series {
    c: [f64; MOST + 1],
    order: usize,
}

impl Series {
    /// The series of an order, at most [`MOST`], with coefficients from a function; lower ones are made first.
    pub fn new(order: usize, coefficient: impl FnMut(usize) -> f64) -> Series {
        let order = order.min(MOST);
        let mut c = [0.0; MOST + 1];
        for (slot, x) in c.iter_mut().zip((0..=order).map(coefficient)) {
            *slot = x;
        }
        Series { c, order }
    }

    /// A constant.
    pub fn constant(x: f64, order: usize) -> Series {
        Series::polynomial(&[x], order)
    }

    /// `x + t`.
    pub fn variable(x: f64, order: usize) -> Series {
        Series::polynomial(&[x, 1.0], order)
    }

    /// `c₀ + c₁t + …`
    pub fn polynomial(c: &[f64], order: usize) -> Series {
        Series::new(order, |n| c.get(n).copied().unwrap_or(0.0))
    }

    /// The order.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The coefficients.
    pub fn coefficients(&self) -> &[f64] {
        &self.c[..=self.order]
    }

    /// The same with another constant term.
    #[must_use]
    pub fn starting_at(mut self, x: f64) -> Series {
        self.c[0] = x;
        self
    }

    /// The product.
    pub fn times(&self, other: &Series) -> Series {
        Series::new(self.order, |n| (0..=n).map(|i| self.c[i] * other.c[n - i]).sum())
    }

    /// Every coefficient times `factor`.
    pub fn scaled(&self, factor: f64) -> Series {
        Series::new(self.order, |n| factor * self.c[n])
    }

    /// `1/f`, from `f * r = 1`.
    pub fn reciprocal(&self) -> Series {
        self.recurrence(1.0 / self.c[0], |r, n| {
            let sum: f64 = (1..=n).map(|i| self.c[i] * r[n - i]).sum();
            -sum / self.c[0]
        })
    }

    /// `exp(f)`, from `e' = f' e`.
    pub fn exp(&self) -> Series {
        self.recurrence(self.c[0].exp(), |e, n| {
            let sum: f64 = (1..=n).map(|i| i as f64 * self.c[i] * e[n - i]).sum();
            sum / n as f64
        })
    }

    /// `f^p` for `f` positive at `t = 0`, from `f g' = p f' g`.
    pub fn power(&self, p: f64) -> Series {
        self.recurrence(self.c[0].powf(p), |g, n| {
            let sum: f64 =
                (1..=n).map(|i| (p * i as f64 - (n - i) as f64) * self.c[i] * g[n - i]).sum();
            sum / (n as f64 * self.c[0])
        })
    }

    /// The series with this derivative and value `start` at `t = 0`.
    pub fn integral(&self, start: f64) -> Series {
        Series::new(self.order, |n| if n == 0 { start } else { self.c[n - 1] / n as f64 })
    }

    /// The solution of `y' = f(y)` with `y(0) = start`, where `f` maps series to series term by term.
    pub fn solve(start: f64, order: usize, f: impl Fn(&Series) -> Series) -> Series {
        let mut y = Series::constant(start, order);
        // Each pass makes one more coefficient right, since a coefficient of y' needs only lower ones of y.
        for _ in 0..order {
            y = f(&y).integral(start);
        }
        y
    }

    /// A series of this order, each coefficient from those before it.
    fn recurrence(&self, start: f64, next: impl Fn(&[f64], usize) -> f64) -> Series {
        let mut c = [0.0; MOST + 1];
        c[0] = start;
        for n in 1..=self.order {
            c[n] = next(&c, n);
        }
        Series { c, order: self.order }
    }
}

impl Index<usize> for Series {
    type Output = f64;

    fn index(&self, n: usize) -> &f64 {
        &self.c[n]
    }
}
