//! Lines on which a function has a given value, all branches of them.

use super::Window;
use super::chain::chained;
use crate::Point;

/// Samples of a function on a grid that covers a window.
pub struct Grid {
    window: Window,
    cells: usize,
    values: Vec<f64>,
}

impl Grid {
    /// `cells` by `cells` squares.
    pub fn new(window: Window, cells: usize, mut f: impl FnMut(Point) -> f64) -> Grid {
        let side = cells + 1;
        let mut values = Vec::with_capacity(side * side);
        for j in 0..side {
            for i in 0..side {
                values.push(f(window.at(i as f64 / cells as f64, j as f64 / cells as f64)));
            }
        }
        Grid { window, cells, values }
    }

    /// The finite values in ascending order.
    pub fn sorted(&self) -> Vec<f64> {
        let mut sorted: Vec<f64> = self.values.iter().copied().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The lines on which the function is `level`, by marching squares.
    ///
    /// `f` is asked where a sign changes: at a pole the function is larger there than on both sides, at a zero it is not.
    pub fn isoline(&self, level: f64, mut f: impl FnMut(Point) -> f64) -> Vec<Vec<Point>> {
        let n = self.cells;
        let value = |i: usize, j: usize| self.values[j * (n + 1) + i] - level;
        let place = |i: f64, j: f64| self.window.at(i / n as f64, j / n as f64);
        let mut pieces: Vec<[Point; 2]> = Vec::new();
        for j in 0..n {
            for i in 0..n {
                let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
                let values = corners.map(|(i, j)| value(i, j));
                if values.iter().any(|v| !v.is_finite()) {
                    continue;
                }
                let mut crossings: Vec<Point> = Vec::new();
                for k in 0..4 {
                    let (a, b) = (values[k], values[(k + 1) % 4]);
                    if (a < 0.0) == (b < 0.0) {
                        continue;
                    }
                    let t = a / (a - b);
                    let ((i0, j0), (i1, j1)) = (corners[k], corners[(k + 1) % 4]);
                    let mix = |p: usize, q: usize| p as f64 + t * (q as f64 - p as f64);
                    let point = place(mix(i0, i1), mix(j0, j1));
                    let there = f(point) - level;
                    if there.abs() <= a.abs().max(b.abs()) {
                        crossings.push(point);
                    }
                }
                match crossings[..] {
                    [a, b] => pieces.push([a, b]),
                    [a, b, c, d] => {
                        // A saddle: the middle says which corners belong together.
                        let middle = values.iter().sum::<f64>();
                        let joined = (middle < 0.0) == (values[0] < 0.0);
                        pieces.extend(if joined { [[a, b], [c, d]] } else { [[d, a], [b, c]] });
                    }
                    _ => {}
                }
            }
        }
        chained(&pieces, self.window)
    }
}
