//! What a search of a box is given, and what it finds.

use beltrami_linalg::Interval;

use super::undecided::Undecided;

/// How long a search may take.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// The most boxes that are looked at, a root that is proved counting as ten more.
    pub boxes: usize,
    /// Sides of boxes below this part of the numbers in them are not halved any more.
    pub resolution: f64,
    /// Told of the progress from time to time; false ends the search.
    pub progress: &'a dyn Fn(&Progress) -> bool,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Boxes looked at.
    pub boxes: usize,
    /// Roots found.
    pub roots: usize,
    /// The part of the volume that is decided.
    pub decided: f64,
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Limits { boxes: 2_000_000, resolution: 1e-8, progress: &|_| true }
    }
}

/// A box that holds exactly one root.
#[derive(Clone, Debug, PartialEq)]
pub struct Root {
    /// The box.
    pub enclosure: Vec<Interval>,
    /// A larger box of which it is proved that it holds no other root.
    pub alone_in: Vec<Interval>,
}

/// Everything that is known of the roots in a box.
#[derive(Clone, Debug, PartialEq)]
pub struct All {
    /// The roots that are proved to exist, each alone in its box, in the order of their coordinates.
    pub roots: Vec<Root>,
    /// The parts of the box of which nothing is proved.
    pub undecided: Vec<Undecided>,
    /// Whether every other part of the box is proved to hold no root.
    pub complete: bool,
    /// The boxes looked at.
    pub boxes: usize,
}

impl Root {
    /// The number with the fewest decimals in each side of its box, so that 2 is 2 and not 1.9999999999999998.
    pub fn point(&self) -> Vec<f64> {
        self.enclosure.iter().map(|x| plainest(*x)).collect()
    }

    /// How far any coordinate of the root is from that of [`Root::point`] at most.
    pub fn radius(&self) -> f64 {
        let far = |x: &Interval| {
            let at = plainest(*x);
            (x.hi - at).max(at - x.lo).next_up()
        };
        self.enclosure.iter().map(far).fold(0.0, f64::max)
    }
}

fn plainest(x: Interval) -> f64 {
    let middle = x.middle();
    // Beyond 2^53 and below 1e-15 there are no decimals to save.
    let rounded = |digits: i32| {
        let unit = 10.0_f64.powi(digits);
        (middle * unit).round() / unit + 0.0
    };
    (0..16).map(rounded).find(|at| x.contains(*at)).unwrap_or(middle)
}
