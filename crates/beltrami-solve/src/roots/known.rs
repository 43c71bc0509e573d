//! The roots found so far, where boxes are looked up among them.

use std::collections::BTreeMap;

use beltrami_linalg::Interval;

use super::root::Root;

/// Roots with the boxes in which each is alone.
pub(super) struct Known {
    pub roots: Vec<Root>,
    sides: Vec<f64>,
    alone: Index,
    enclosures: Index,
}

impl Known {
    /// None yet, in a region with these sides.
    pub fn new(sides: &[f64]) -> Known {
        let (alone, enclosures) = (Index::new(sides), Index::new(sides));
        Known { roots: Vec::new(), sides: sides.to_vec(), alone, enclosures }
    }

    /// Whether all roots in a box are known: it lies where one of them is alone.
    pub fn cover(&self, x: &[Interval]) -> bool {
        // Cells of a grid do not lie along an infinite side, and no root is alone along one.
        x.iter().all(|side| side.is_bounded()) && self.around(x).is_some()
    }

    /// Takes in a root with its enclosure and the box in which it is alone; a root that is known only gains the larger box.
    pub fn insert(&mut self, found: Root) {
        // Enclosures of one root have it in common.
        let inside = |root: &usize| is_within(&self.roots[*root].enclosure, &found.alone_in);
        let same = self
            .around(&found.enclosure)
            .or_else(|| self.enclosures.near(&found.enclosure).find(inside));
        let Some(same) = same else {
            self.alone.insert(&found.alone_in, self.roots.len());
            self.enclosures.insert(&found.enclosure, self.roots.len());
            self.roots.push(found);
            return;
        };
        // Two boxes with one and the same root; the larger one is of more use.
        let old = &mut self.roots[same].alone_in;
        if volume(&found.alone_in, &self.sides) > volume(old, &self.sides) {
            self.alone.remove(old, same);
            self.alone.insert(&found.alone_in, same);
            *old = found.alone_in;
        }
    }

    /// A root that is alone in a box around this one.
    fn around(&self, x: &[Interval]) -> Option<usize> {
        let contains = |root: &usize| is_within(x, &self.roots[*root].alone_in);
        self.alone.near(x).find(contains)
    }
}

/// Numbers of boxes by their place: boxes of about one size lie in the cells of a grid of that size along two axes.
struct Index {
    /// The sides of the region along these axes.
    sides: [f64; 2],
    /// From fine to coarse.
    levels: Vec<BTreeMap<[i64; 2], Vec<usize>>>,
}

/// A grid is this much coarser than the next.
const FACTOR: f64 = 8.0;
/// The finest grid has this power of that many cells along a side.
const FINEST: i32 = 8;

impl Index {
    fn new(sides: &[f64]) -> Index {
        let sides = [sides[0], sides.get(1).copied().unwrap_or(1.0)];
        Index { sides, levels: vec![BTreeMap::new(); FINEST as usize + 2] }
    }

    fn insert(&mut self, x: &[Interval], number: usize) {
        let (level, cell) = self.place(x);
        self.levels[level].entry(cell).or_default().push(number);
    }

    fn remove(&mut self, x: &[Interval], number: usize) {
        let (level, cell) = self.place(x);
        if let Some(cell) = self.levels[level].get_mut(&cell) {
            cell.retain(|other| *other != number);
        }
    }

    /// Boxes that may meet one which is no larger than they are.
    fn near(&self, x: &[Interval]) -> impl Iterator<Item = usize> {
        let sides = axes(x);
        let finest = self.level(&sides);
        self.levels.iter().enumerate().skip(finest).filter(|(_, cells)| !cells.is_empty()).flat_map(
            move |(level, cells)| {
                let [a, b] = [0, 1].map(|k| self.cell(level, k, sides[k].lo).saturating_sub(1));
                let [c, d] = [0, 1].map(|k| self.cell(level, k, sides[k].hi));
                let places = (a..=c).flat_map(move |p| (b..=d).map(move |q| [p, q]));
                places.filter_map(|place| cells.get(&place)).flatten().copied()
            },
        )
    }

    fn place(&self, x: &[Interval]) -> (usize, [i64; 2]) {
        let sides = axes(x);
        let level = self.level(&sides);
        (level, [0, 1].map(|k| self.cell(level, k, sides[k].lo)))
    }

    /// The finest grid whose cells are no smaller than these sides.
    fn level(&self, sides: &[Interval; 2]) -> usize {
        let part = |k: usize| sides[k].width() / self.sides[k];
        let coarser = (part(0).max(part(1)) * FACTOR.powi(FINEST)).log(FACTOR).ceil();
        // Of infinite and of negative sizes both ends are safe.
        coarser.clamp(0.0, (self.levels.len() - 1) as f64) as usize
    }

    fn cell(&self, level: usize, axis: usize, x: f64) -> i64 {
        (x / (self.sides[axis] * FACTOR.powi(level as i32 - FINEST))).floor() as i64
    }
}

/// The first two sides.
fn axes(x: &[Interval]) -> [Interval; 2] {
    [x[0], x.get(1).copied().unwrap_or(Interval::ZERO)]
}

fn is_within(a: &[Interval], b: &[Interval]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.is_within(*b))
}

fn volume(x: &[Interval], sides: &[f64]) -> f64 {
    x.iter().zip(sides).map(|(x, side)| (x.hi - x.lo) / side).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, radius: f64) -> Vec<Interval> {
        [x, y].map(|c| Interval { lo: c - radius, hi: c + radius }).to_vec()
    }

    #[test]
    fn boxes_are_found_as_by_looking_at_every_root() {
        let mut known = Known::new(&[20.0, 10.0]);
        for k in 0..200 {
            let (x, y) = (f64::from(k % 20) - 9.5, f64::from(k / 20) - 4.5);
            let radius = 0.4 * 0.5_f64.powi(k % 7);
            let root = Root { enclosure: square(x, y, 1e-9), alone_in: square(x, y, radius) };
            known.insert(root);
        }
        assert_eq!(known.roots.len(), 200);
        for k in 0..2000 {
            let (x, y) = ((f64::from(k) * 0.7).sin() * 10.0, (f64::from(k) * 1.3).sin() * 5.0);
            let x = square(x, y, 0.2 * 0.5_f64.powi(k % 9));
            let all = known.roots.iter().any(|root| is_within(&x, &root.alone_in));
            assert_eq!(known.cover(&x), all, "{x:?}");
        }
        // The same root from another box, which is larger.
        let again = Root { enclosure: square(0.5, 0.5, 1e-8), alone_in: square(0.5, 0.5, 0.45) };
        known.insert(again);
        assert_eq!(known.roots.len(), 200);
        assert!(known.cover(&square(0.5, 0.5, 0.44)));
    }
}
