//! The units in which a run measures: one of each unknown, one of the value.

use super::objective::Offer;

/// Powers of two, by which nothing is rounded.
///
/// What is small is small against something; methods and tests say 1 for it, and these units make that the size that the
/// unknowns and the value have where the run starts. So no verdict depends on the units in which a problem is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Units {
    /// One unknown of a run is so much of the unknown itself.
    pub unknowns: Vec<f64>,
    /// A value of a run is so much of the value itself.
    pub value: f64,
}

/// Units are powers of two to this power: sizes from a thousandth to a thousand are left as they are.
const COARSE: i32 = 20;
/// The unit of the value is about this part of the largest size: sizes from an eighth to a hundred thousand leave it at 1.
const PART: f64 = 1.0 / 128.0;
/// Larger exponents would leave no room for squares.
const MOST: i32 = 480;
/// A start this much closer to zero than its Newton step is long says nothing of the size of its unknown.
const TINY: f64 = 1.0 / (1_u64 << COARSE) as f64;

/// What is known at the start.
pub(crate) struct Sizes<'a> {
    pub x: &'a [f64],
    pub value: f64,
    pub gradient: &'a [f64],
    /// The diagonal of the Hessian, or of what a method takes for it; zeros where nothing is known.
    pub curvature: &'a [f64],
}

impl Units {
    /// All 1.
    pub fn plain(n: usize) -> Units {
        Units { unknowns: vec![1.0; n], value: 1.0 }
    }

    /// Whether all are 1.
    pub fn are_plain(&self) -> bool {
        self.value == 1.0 && self.unknowns.iter().all(|unit| *unit == 1.0)
    }

    /// The units of a start.
    ///
    /// An unknown has the size that it has, or that of its Newton step where it is at zero, as long as `falls` finds the
    /// objective lower there by about what the step promises. A value has the largest size that it, its slopes and its
    /// curvatures show over these.
    pub fn at(
        sizes: &Sizes<'_>,
        offer: &Offer,
        falls: &mut dyn FnMut(usize, f64, f64) -> bool,
    ) -> Units {
        let n = sizes.x.len();
        let mut unknowns = vec![0.0; n];
        let mut value = sizes.value.abs();
        for (i, size) in unknowns.iter_mut().enumerate() {
            let (x, slope) = (sizes.x[i].abs(), sizes.gradient[i]);
            let curvature = sizes.curvature[i].abs();
            let step = if curvature > 0.0 { slope.abs() / curvature } else { 0.0 };
            let long = step.is_normal() && x <= TINY * step;
            let promised = 0.5 * slope.abs() * step;
            let unit = if long && (coarse(step) == 1.0 || falls(i, -step.copysign(slope), promised))
            {
                step
            } else {
                x
            };
            *size = unit;
            value = value.max(slope.abs() * unit).max(curvature * unit * unit);
        }
        for (unit, curvature) in unknowns.iter_mut().zip(sizes.curvature) {
            if *unit == 0.0 && *curvature != 0.0 && value > 0.0 {
                *unit = (value / curvature.abs()).sqrt();
            }
        }
        // Factors of a Hessian that is a Kronecker product keep their form under one unit for all.
        if offer.hessian.is_none() && (offer.kronecker || offer.divisor) {
            let largest = unknowns.iter().copied().fold(0.0, f64::max);
            unknowns.fill(largest);
        }
        Units { unknowns: unknowns.into_iter().map(coarse).collect(), value: value_unit(value) }
    }

    /// A point of the run in the unknowns themselves.
    pub fn outside(&self, z: &[f64]) -> Vec<f64> {
        z.iter().zip(&self.unknowns).map(|(z, unit)| z * unit).collect()
    }

    /// Unknowns as the run sees them.
    pub fn inside(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(&self.unknowns).map(|(x, unit)| x / unit).collect()
    }

    /// A gradient of the run as one by the unknowns themselves.
    pub fn gradient_outside(&self, gradient: &[f64]) -> Vec<f64> {
        gradient.iter().zip(&self.unknowns).map(|(g, unit)| g / unit * self.value).collect()
    }
}

/// The unit of a value of this size.
pub(crate) fn value_unit(size: f64) -> f64 {
    coarse(size * PART)
}

/// The next power of `2^COARSE`; 1 of what has no size.
fn coarse(size: f64) -> f64 {
    if !size.is_normal() {
        return 1.0;
    }
    let exponent = (size.log2() / f64::from(COARSE)).round() as i32 * COARSE;
    2.0_f64.powi(exponent.clamp(-MOST, MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(x: &[f64], value: f64, gradient: &[f64], curvature: &[f64]) -> Units {
        let sizes = Sizes { x, value, gradient, curvature };
        Units::at(&sizes, &Offer::default(), &mut |_, _, _| true)
    }

    #[test]
    fn ordinary_sizes_are_left_alone_and_others_follow_the_problem() {
        assert!(units(&[3.0, 0.0], 24.0, &[100.0, -7.0], &[1200.0, 0.0]).are_plain());
        // The same problem in other units.
        let (p, q) = (2.0_f64.powi(60), 2.0_f64.powi(-60));
        let other = units(
            &[3.0 * p, 0.0],
            24.0 * q,
            &[100.0 * q / p, -7.0 * q],
            &[1200.0 * q / p / p, 0.0],
        );
        assert_eq!(other, Units { unknowns: vec![p, 1.0], value: q });
        let large = units(&[3.0, 0.0], 24.0 * p, &[100.0 * p, -7.0 * p], &[1200.0 * p, 0.0]);
        assert_eq!(large, Units { unknowns: vec![1.0; 2], value: p });
        // 1e-20*x^2 - x from 0.
        let far = units(&[0.0], 0.0, &[-1.0], &[2e-20]);
        assert_eq!(far.unknowns, [2.0_f64.powi(60)]);
    }

    #[test]
    fn a_step_that_the_objective_does_not_follow_is_no_unit() {
        // log(1 + exp(x)) far to the right, where its curvature is next to nothing.
        let sizes = Sizes { x: &[300.0], value: 300.0, gradient: &[1.0], curvature: &[1e-130] };
        let found = Units::at(&sizes, &Offer::default(), &mut |_, _, _| false);
        assert!(found.are_plain());
    }
}
