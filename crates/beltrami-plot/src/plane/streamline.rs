//! Curves along a vector field.

use super::Window;
use crate::Point;

/// Cells along each side of the window, each of which one curve may pass.
const CELLS: usize = 34;
/// Steps in a cell.
const STEPS_A_CELL: f64 = 5.0;
/// The most steps of a curve in one direction.
const MOST: usize = 1200;

/// A vector field on a window, followed with steps of equal length on paper.
pub struct Flow<F> {
    pub window: Window,
    pub field: F,
}

impl<F: FnMut(Point) -> Point> Flow<F> {
    /// The unit direction on paper, in units of the window; none where the field vanishes or is not finite.
    fn direction(&mut self, p: Point, sign: f64) -> Option<Point> {
        let (width, height) = self.window.size();
        let (u, v) = (self.field)(p);
        let (u, v) = (u / width, v / height);
        let length = u.hypot(v);
        (length > 0.0 && length.is_finite()).then(|| (sign * u / length, sign * v / length))
    }

    /// One step of the midpoint rule, `h` in units of the window.
    fn step(&mut self, p: Point, h: f64, sign: f64) -> Option<Point> {
        let (width, height) = self.window.size();
        let moved = |p: Point, d: Point, h: f64| (p.0 + h * d.0 * width, p.1 + h * d.1 * height);
        let first = self.direction(p, sign)?;
        let middle = moved(p, first, 0.5 * h);
        let second = self.direction(middle, sign)?;
        // Directions that turn around within a step show an equilibrium.
        (first.0 * second.0 + first.1 * second.1 > 0.0).then(|| moved(p, second, h))
    }

    /// The curve from a point, with (`sign` 1) or against the field, until it leaves the window, comes to rest, or `free`
    /// says no.
    pub fn curve(
        &mut self,
        from: Point,
        sign: f64,
        mut free: impl FnMut(Point) -> bool,
    ) -> Vec<Point> {
        let h = 1.0 / (CELLS as f64 * STEPS_A_CELL);
        let mut points = vec![from];
        let mut p = from;
        while points.len() < MOST {
            let Some(next) = self.step(p, h, sign) else { break };
            if !self.window.contains(next) || !free(next) {
                break;
            }
            points.push(next);
            p = next;
        }
        points
    }

    /// Curves that fill the window evenly; points are in the order of the flow.
    pub fn evenly(&mut self) -> Vec<Vec<Point>> {
        /// Curves that pass fewer cells are left out.
        const SHORT: usize = 4;
        let mut taken = vec![false; CELLS * CELLS];
        let window = self.window;
        let cell = move |p: Point| {
            let (width, height) = window.size();
            let place = |x: f64| ((x * CELLS as f64) as usize).min(CELLS - 1);
            place((p.1 - window.y.lo) / height) * CELLS + place((p.0 - window.x.lo) / width)
        };
        let mut curves = Vec::new();
        for start in starts() {
            let from = window.at(start.0, start.1);
            if taken[cell(from)] {
                continue;
            }
            let mut own: Vec<usize> = vec![cell(from)];
            let mut halves = Vec::new();
            for sign in [-1.0, 1.0] {
                let curve = self.curve(from, sign, |p| {
                    let at = cell(p);
                    let last = own.last().copied();
                    if last == Some(at) {
                        return true;
                    }
                    // A curve may not come near another one, nor itself.
                    if taken[at] || own.contains(&at) {
                        return false;
                    }
                    own.push(at);
                    true
                });
                halves.push(curve);
                own.push(cell(from));
            }
            own.sort_unstable();
            own.dedup();
            if own.len() < SHORT {
                continue;
            }
            own.iter().for_each(|at| taken[*at] = true);
            let (back, forth) = (halves.remove(0), halves.remove(0));
            curves.push(back.into_iter().skip(1).rev().chain(forth).collect());
        }
        curves
    }
}

/// The middles of all cells, far apart ones first, so that long curves come before short ones fill the gaps.
fn starts() -> Vec<Point> {
    let mut order: Vec<usize> = (0..CELLS * CELLS).collect();
    // A multiplier prime to the number of cells visits each of them once.
    order.sort_by_key(|k| (k * 617) % (CELLS * CELLS));
    let middle = |k: usize| (k as f64 + 0.5) / CELLS as f64;
    order.into_iter().map(|k| (middle(k % CELLS), middle(k / CELLS))).collect()
}
