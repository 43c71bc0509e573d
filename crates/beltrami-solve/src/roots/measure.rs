//! How large a box is, for each unknown by its own measure.

use beltrami_linalg::Interval;

/// The sides of a region, and what is small beside them.
pub(super) struct Measure {
    /// The sides, none of which is zero or infinite.
    pub sides: Vec<f64>,
    /// A side is not halved below this part of the numbers in it.
    resolution: f64,
}

/// A number this much smaller than its side of the region counts as zero.
const ZERO: f64 = 1e-3;
/// A side longer than this says nothing about the size of its unknown, and halving would take a hundred steps to come to 1.
const HUGE: f64 = 1e30;
/// What narrowing leaves around zero, which has no size.
const TINY: f64 = 1e-290;
/// Numbers beyond this are not told apart.
const FAR: f64 = 1e300;

impl Measure {
    /// Of a region.
    pub fn new(region: &[Interval], resolution: f64) -> Measure {
        let side = |x: &Interval| {
            let (width, size) = ((x.hi - x.lo).min(f64::MAX), x.magnitude().min(f64::MAX));
            // One number, or few, have no width; roots are proved in boxes around them.
            if width > 1e-9 * size && size > TINY {
                width
            } else if size > TINY {
                1e-6 * size
            } else {
                1.0
            }
        };
        Measure { sides: region.iter().map(side).collect(), resolution }
    }

    /// The longest side as a part of those of the region.
    pub fn longest(&self, x: &[Interval]) -> f64 {
        x.iter().enumerate().map(|(i, x)| self.part(i, *x)).fold(0.0, f64::max)
    }

    /// A side as a part of that of the region, or of the numbers in it where the region is huge.
    pub fn part(&self, i: usize, x: Interval) -> f64 {
        let side = self.sides[i];
        let scale = if side > HUGE { x.magnitude().clamp(1.0, side) } else { side };
        (x.hi - x.lo) / scale
    }

    /// Whether no side is worth halving.
    pub fn is_fine(&self, x: &[Interval]) -> bool {
        x.iter().enumerate().all(|(i, x)| self.is_fine_side(i, *x))
    }

    /// Whether a side is not worth halving: it is short beside the numbers in it.
    pub fn is_fine_side(&self, i: usize, x: Interval) -> bool {
        let side = self.sides[i];
        // Farther out everything overflows.
        if x.mignitude() >= FAR {
            return true;
        }
        let zero = if side > HUGE { 1.0 } else { ZERO * side };
        x.hi - x.lo <= self.resolution * x.magnitude().max(zero).min(side) || is_atomic(x)
    }
}

/// Where an interval is cut; one that spans many orders of magnitude by them.
pub(super) fn cut(x: Interval) -> f64 {
    let Interval { lo, hi } = Interval { lo: x.lo.max(f64::MIN), hi: x.hi.min(f64::MAX) };
    let largest = lo.abs().max(hi.abs());
    if largest < HUGE {
        return lo + 0.4921 * (hi - lo);
    }
    // One beside zero is as good as any, and no more likely to be a root than another.
    let between = |small: f64, large: f64| small.max(0.4921).sqrt() * large.sqrt();
    if lo < -HUGE && hi > HUGE {
        -0.4921
    } else if hi > HUGE {
        between(lo, hi).clamp(lo, hi)
    } else {
        -between(-hi, -lo).clamp(-hi, -lo)
    }
}

/// Whether an interval cannot be cut.
pub(super) fn is_atomic(x: Interval) -> bool {
    let cut = cut(x);
    !(x.lo < cut && cut < x.hi)
}
