//! Critical points that a search found and could not prove: curves of them, and places that it left open.

use std::collections::BTreeSet;

use beltrami::Equations;
use beltrami::engine::solve::roots::{All, System};

use super::{Window, vector};
use crate::{Colour, Frame, Key, Legend, Mark, Point, Stroke};

/// What a picture shows beside the points that are proved.
pub struct Unproved {
    /// Points along curves of critical points, closer to each other than their marks are wide.
    pub curve: Vec<Point>,
    /// Where points are neither proved nor excluded.
    pub open: Vec<Point>,
    /// Whether all of the box was looked at.
    pub complete: bool,
}

/// Squares along each side of the grid whose corners are moved to the nearest point of a curve.
const CELLS: usize = 240;
/// Steps to it; at a multiple root each halves the distance.
const STEPS: usize = 40;
/// A residual that falls by less has a least value and no root nearby.
const FALL: f64 = 1e-6;

impl Unproved {
    /// Of the search of a window.
    pub(super) fn new(equations: &mut Equations, window: Window, all: &All) -> Unproved {
        let (width, height) = window.size();
        let cell = (width / CELLS as f64, height / CELLS as f64);
        let (mut curve, mut open) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for part in &all.undecided {
            let before = curve.len();
            let middle = (part.middle[0], part.middle[1]);
            if !part.extended {
                open.push(middle);
                continue;
            }
            // One cell more on all sides, so that a curve along the grid is met.
            let reach = |side: usize, low: f64, cell: f64| {
                let hull = part.hull[side];
                let index = |x: f64| ((x - low) / cell).clamp(-1.0, CELLS as f64 + 1.0);
                let first = (index(hull.lo).floor() - 1.0).max(0.0) as usize;
                first..=(index(hull.hi).ceil() + 1.0).clamp(0.0, CELLS as f64) as usize
            };
            for j in reach(1, window.y.lo, cell.1) {
                for i in reach(0, window.x.lo, cell.0) {
                    let start = window.at(i as f64 / CELLS as f64, j as f64 / CELLS as f64);
                    let Some(p) = moved(equations, start, cell) else { continue };
                    let place = |x: f64, low: f64, cell: f64| (2.0 * (x - low) / cell) as i64;
                    let key = (place(p.0, window.x.lo, cell.0), place(p.1, window.y.lo, cell.1));
                    if window.contains(p) && seen.insert(key) {
                        curve.push(p);
                    }
                }
            }
            if curve.len() == before {
                open.push(middle);
            }
        }
        Unproved { curve, open, complete: all.complete }
    }

    /// Whether nothing is left that could be a critical point.
    pub fn is_nothing(&self) -> bool {
        self.complete && self.curve.is_empty() && self.open.is_empty()
    }

    /// Draws it.
    pub(super) fn draw(&self, frame: &mut Frame) {
        frame.marks(self.curve.iter().copied(), Mark::Disc(3.0, Colour::BLACK));
        frame.marks(self.open.iter().copied(), OPEN);
    }

    /// What the legend says of it.
    pub(super) fn explained(&self, legend: &mut Legend) {
        if !self.curve.is_empty() {
            legend.add(Key::Mark(Mark::Disc(4.0, Colour::BLACK)), "curve of critical points,");
            legend.add(Key::Space, "found, not proved");
        }
        if !self.open.is_empty() {
            legend.add(Key::Mark(OPEN), "undecided");
        }
        if !self.complete {
            legend.add(Key::Space, "the search is not complete");
        }
    }
}

/// A place that is left open.
const OPEN: Mark = Mark::Ring(7.0, Stroke::new(Colour::GREY, 3.0));

/// The nearest root, where there is one within a cell: by Gauss–Newton steps, which are the shortest that lead to a curve.
fn moved(equations: &mut Equations, start: Point, cell: Point) -> Option<Point> {
    let size = |f: Point| f.0.hypot(f.1);
    let first = size(vector(equations, start));
    let mut p = start;
    for _ in 0..STEPS {
        let f = vector(equations, p);
        if size(f) == 0.0 {
            return Some(p);
        }
        let mut j = [0.0; 4];
        System::jacobian(&mut equations.compiled, &[p.0, p.1], &mut j);
        let (dx, dy) = step(j, f)?;
        p = (p.0 - dx, p.1 - dy);
        let away = ((p.0 - start.0) / cell.0).hypot((p.1 - start.1) / cell.1);
        // A step that leaves the cell, or is no number, leads to no root nearby.
        if away.is_nan() || away > 1.5 {
            return None;
        }
    }
    (size(vector(equations, p)) <= FALL * first).then_some(p)
}

/// The shortest solution of `J*d = f` in the sense of least squares, `J` by rows; its small singular value counts as zero
/// where it is far below the large one, as it is along a curve of roots.
fn step([a, b, c, d]: [f64; 4], (u, v): Point) -> Option<Point> {
    /// Along a curve the small value is 0 but for rounding and the distance from the curve.
    const SMALL: f64 = 1e-2;
    let square = a * a + b * b + c * c + d * d;
    let det = a * d - b * c;
    if square == 0.0 || !square.is_finite() {
        return None;
    }
    if det.abs() > SMALL * square {
        return Some(((d * u - b * v) / det, (a * v - c * u) / det));
    }
    // Of rank 1 the pseudoinverse is the transpose over the sum of squares.
    Some(((a * u + c * v) / square, (b * u + d * v) / square))
}
