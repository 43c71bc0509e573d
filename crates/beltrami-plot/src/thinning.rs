//! Lines of many points without those that nobody can see.

use crate::canvas::Point;

/// Points nearer than this to the one before are left out, in pixels.
const NEAR: f64 = 0.25;
/// Where a line turns back and forth within this width, its ends and its extremes are all that is seen.
const COLUMN: f64 = 0.5;

/// Points nearer than this to the straight line past them are left out.
const STRAIGHT: f64 = 0.05;
/// Points that one straight line replaces; each is looked at for every one after it.
const MOST: usize = 64;

/// The line as it is seen.
pub fn thinned(points: &[Point]) -> Vec<Point> {
    straightened(&columns(&apart(points)))
}

/// Without what turns back and forth within a column.
fn columns(points: &[Point]) -> Vec<Point> {
    let mut kept = Vec::new();
    let mut rest = points;
    while let Some(first) = rest.first() {
        let beside = |at: &&Point| (at.0 - first.0).abs() < COLUMN;
        let (column, after) = rest.split_at(rest.iter().take_while(beside).count().max(1));
        rest = after;
        if column.is_sorted_by(|a, b| a.1 <= b.1) || column.is_sorted_by(|a, b| a.1 >= b.1) {
            kept.extend_from_slice(column);
            continue;
        }
        let by_height = |a: &usize, b: &usize| column[*a].1.total_cmp(&column[*b].1);
        let mut shown = vec![0, column.len() - 1];
        shown.extend((0..column.len()).min_by(by_height));
        shown.extend((0..column.len()).max_by(by_height));
        shown.sort_unstable();
        shown.dedup();
        kept.extend(shown.into_iter().map(|place| column[place]));
    }
    kept
}

/// Points that are not near the one before, and the last one.
fn apart(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for (place, at) in points.iter().enumerate() {
        let near = |last: &Point| (at.0 - last.0).abs() < NEAR && (at.1 - last.1).abs() < NEAR;
        if !kept.last().is_some_and(near) || place + 1 == points.len() {
            kept.push(*at);
        }
    }
    kept
}

/// Without points on the straight line between two others.
fn straightened(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = points.first().copied().into_iter().collect();
    let mut from = 0;
    while from + 1 < points.len() {
        let last = (from + MOST).min(points.len() - 1);
        let straight = |to: &usize| {
            points[from + 1..*to].iter().all(|at| away(*at, points[from], points[*to]) <= STRAIGHT)
        };
        let to = (from + 2..=last).take_while(straight).last().unwrap_or(from + 1);
        kept.push(points[to]);
        from = to;
    }
    kept
}

/// How far a point is from the line between two others.
fn away(at: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (ux, uy) = (at.0 - from.0, at.1 - from.1);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { ((ux * dx + uy * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (ux - along * dx).hypot(uy - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_back_and_forth_keeps_its_ends_and_extremes() {
        let points = [(0.0, 0.0), (0.1, 5.0), (0.2, -5.0), (0.3, 1.0), (0.4, 2.0), (9.0, 0.0)];
        let expected = [(0.0, 0.0), (0.1, 5.0), (0.2, -5.0), (0.4, 2.0), (9.0, 0.0)];
        assert_eq!(thinned(&points), expected);
    }

    #[test]
    fn an_upright_line_keeps_its_bends() {
        let bend = |k: u32| if k == 7 { 0.3 } else { 0.0 };
        let points: Vec<Point> = (0..20).map(|k| (bend(k), f64::from(k))).collect();
        assert_eq!(thinned(&points), [0, 6, 7, 8, 19].map(|k: usize| points[k]));
    }

    #[test]
    fn a_straight_line_is_its_ends_and_a_circle_stays_round() {
        let dense: Vec<Point> = (0..50).map(|k| (f64::from(k), 0.1 * f64::from(k))).collect();
        assert_eq!(thinned(&dense), [dense[0], dense[49]]);
        let round = |k: u32| (0.001 * f64::from(k)).sin_cos();
        let circle: Vec<Point> =
            (0..6300).map(round).map(|(s, c)| (200.0 * s, 200.0 * c)).collect();
        let seen = thinned(&circle);
        assert!(seen.len() < 300, "{}", seen.len());
        for pair in seen.windows(2) {
            let middle = (0.5 * (pair[0].0 + pair[1].0)).hypot(0.5 * (pair[0].1 + pair[1].1));
            assert!((middle - 200.0).abs() < 0.1, "{middle}");
        }
    }

    #[test]
    fn numbers_of_any_size_do_no_harm() {
        let points = [(0.0, 0.0), (1e300, -1e300), (-1e308, 1e308), (0.0, 0.0), (0.0, 0.0)];
        assert!(!thinned(&points).is_empty() && thinned(&[]).is_empty());
        assert_eq!(thinned(&[(1.0, 2.0)]), [(1.0, 2.0)]);
    }
}
