//! Long lines from short pieces that meet.

use std::collections::BTreeMap;

use super::Window;
use crate::Point;

/// Places in the window that count as one are this many along a side.
const PLACES: f64 = 1e7;

/// Follows pieces from end to end.
pub fn chained(pieces: &[[Point; 2]], window: Window) -> Vec<Vec<Point>> {
    let (width, height) = window.size();
    // The neighbour of a cell finds the same point with another rounding.
    let key = |p: Point| {
        let place = |x: f64, low: f64, size: f64| ((x - low) / size * PLACES).round() as i64;
        (place(p.0, window.x.lo, width), place(p.1, window.y.lo, height))
    };
    let mut ends: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (k, piece) in pieces.iter().enumerate() {
        for end in piece {
            ends.entry(key(*end)).or_default().push(k);
        }
    }
    let mut used = vec![false; pieces.len()];
    // The points that follow one, of pieces not used so far.
    let follow = |from: Point, used: &mut Vec<bool>| {
        let mut line = Vec::new();
        let mut at = from;
        while let Some(k) = ends.get(&key(at)).and_then(|met| met.iter().find(|k| !used[**k])) {
            used[*k] = true;
            let [a, b] = pieces[*k];
            at = if key(a) == key(at) { b } else { a };
            line.push(at);
        }
        line
    };
    let mut lines = Vec::new();
    for (k, [a, b]) in pieces.iter().enumerate() {
        if used[k] {
            continue;
        }
        used[k] = true;
        let mut line = follow(*a, &mut used);
        line.reverse();
        line.extend([*a, *b]);
        line.extend(follow(*b, &mut used));
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use beltrami::engine::linalg::Interval;

    #[test]
    fn pieces_in_any_order_and_direction_are_one_line() {
        let side = Interval { lo: 0.0, hi: 4.0 };
        let p = |k: u32| (f64::from(k), 1.0 + 1e-12 * f64::from(k));
        let pieces = [[p(1), p(2)], [p(4), p(3)], [p(0), p(1)], [p(2), p(3)], [p(9), p(9)]];
        let lines = chained(&pieces, Window { x: side, y: side });
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0], [p(0), p(1), p(2), p(3), p(4)]);
    }
}
