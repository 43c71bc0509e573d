//! Bounds of coordinates over a polytope, each proved by the multipliers that give it.

mod simplex;

use beltrami_linalg::Interval;
use simplex::{End, Simplex};

/// The points of a box at which linear forms lie within intervals.
///
/// A linear program says what to combine; the bound is the combination itself, evaluated with intervals. So a wrong digit of
/// the program costs sharpness and never truth.
/// # References
/// `NeumaierShcherbina2004`: safe bounds from approximate multipliers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polytope {
    columns: Vec<Interval>,
    rows: Vec<Row>,
    entries: Vec<(u32, f64)>,
    /// The form under construction: its coefficients, and the columns that have one.
    weights: Vec<Interval>,
    touched: Vec<u32>,
    is_empty: bool,
    /// The rows that are looked at from the start; the others where they are violated.
    first: usize,
    simplex: Simplex,
    multipliers: Vec<(u32, f64)>,
    rest: Vec<Interval>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    first: u32,
    last: u32,
    within: Interval,
}

/// What is left of a box is not looked at again where a bound moves by less than this part of the side.
const WORTHWHILE: f64 = 0.05;

impl Polytope {
    /// The whole box.
    pub fn reset(&mut self, columns: impl Iterator<Item = Interval>) {
        self.columns.clear();
        self.columns.extend(columns);
        self.rows.clear();
        self.entries.clear();
        self.weights.clear();
        self.weights.resize(self.columns.len(), Interval::ZERO);
        self.touched.clear();
        self.is_empty = false;
        self.first = 0;
    }

    /// The rows so far are looked at from the start.
    pub fn mark(&mut self) {
        self.first = self.rows.len();
    }

    /// The sides of the box.
    pub fn columns(&self) -> &[Interval] {
        &self.columns
    }

    /// Adds a multiple of a coordinate to the form under construction.
    pub fn add(&mut self, column: u32, coefficient: Interval) {
        let weight = &mut self.weights[column as usize];
        if *weight == Interval::ZERO {
            self.touched.push(column);
        }
        *weight = *weight + coefficient;
    }

    /// Ends the form, which lies within an interval.
    pub fn close(&mut self, within: Interval) {
        let first = self.entries.len() as u32;
        let (mut within, mut range) = (within, Interval::ZERO);
        let mut is_bounded = true;
        for place in 0..self.touched.len() {
            let column = self.touched[place];
            let weight = std::mem::replace(&mut self.weights[column as usize], Interval::ZERO);
            let side = self.columns[column as usize];
            // A column is touched again where its coefficients cancelled.
            if weight == Interval::ZERO {
                continue;
            }
            is_bounded &= side.is_bounded() && weight.is_bounded();
            let coefficient = weight.middle();
            if !weight.is_point() {
                within = within - (weight - Interval::point(coefficient)) * side;
            }
            if coefficient != 0.0 {
                range = range + Interval::point(coefficient) * side;
                self.entries.push((column, coefficient));
            }
        }
        self.touched.clear();
        let Some(left) = within.meet(range).filter(|_| is_bounded) else {
            self.is_empty |= is_bounded && within.meet(range).is_none();
            self.entries.truncate(first as usize);
            return;
        };
        // What the box implies says nothing.
        if range.is_within(within) {
            self.entries.truncate(first as usize);
            return;
        }
        self.rows.push(Row { first, last: self.entries.len() as u32, within: left });
    }

    /// Narrows the first columns to what the forms leave of them; false where nothing is left.
    #[must_use]
    pub fn narrow(&mut self, count: usize) -> bool {
        if self.is_empty {
            return false;
        }
        if self.rows.is_empty() {
            return true;
        }
        let mut simplex = std::mem::take(&mut self.simplex);
        simplex.load(
            &self.columns,
            self.rows.iter().map(|row| (self.of(row), row.within)),
            self.first,
        );
        let is_left = self.narrow_with(&mut simplex, count);
        self.simplex = simplex;
        is_left
    }

    fn narrow_with(&mut self, simplex: &mut Simplex, count: usize) -> bool {
        // A box of one number has no sides to narrow.
        if !(0..self.columns.len()).any(|column| simplex.is_free(column)) {
            return true;
        }
        match simplex.enter(&mut self.multipliers) {
            End::Optimal => {}
            End::Empty => return self.combination(None).is_none_or(|sum| sum.contains(0.0)),
            End::Stopped => return true,
        }
        // Bounds that a vertex was seen to reach, or nearly.
        let mut reached = vec![[false; 2]; count];
        for k in 0..count {
            for (place, sign) in [1.0, -1.0].into_iter().enumerate() {
                if reached[k][place] || !simplex.is_free(k) {
                    continue;
                }
                let end = simplex.minimize(k, sign, &mut self.multipliers);
                if end == End::Empty {
                    if self.combination(None).is_some_and(|sum| !sum.contains(0.0)) {
                        return false;
                    }
                    continue;
                }
                if let Some(bound) = self.combination(Some((k, sign))) {
                    let side = &mut self.columns[k];
                    if sign > 0.0 {
                        side.lo = side.lo.max(bound.lo);
                    } else {
                        side.hi = side.hi.min(-bound.lo);
                    }
                    if side.lo > side.hi {
                        return false;
                    }
                }
                if end == End::Optimal {
                    for (j, reached) in reached.iter_mut().enumerate() {
                        let [low, high] = simplex.distances(j);
                        reached[0] |= low <= WORTHWHILE;
                        reached[1] |= high <= WORTHWHILE;
                    }
                }
            }
        }
        true
    }

    fn of(&self, row: &Row) -> &[(u32, f64)] {
        &self.entries[row.first as usize..row.last as usize]
    }

    /// `sign` times a coordinate as the combination of rows by the multipliers and what is left, over the box; of no
    /// coordinate, zero in this way.
    fn combination(&mut self, of: Option<(usize, f64)>) -> Option<Interval> {
        self.rest.clear();
        self.rest.resize(self.columns.len(), Interval::ZERO);
        if let Some((k, sign)) = of {
            self.rest[k] = Interval::point(sign);
        }
        let mut sum = Interval::ZERO;
        for (row, multiplier) in &self.multipliers {
            if !multiplier.is_finite() {
                return None;
            }
            let factor = Interval::point(*multiplier);
            let row = self.rows[*row as usize];
            sum = sum + factor * row.within;
            for (column, coefficient) in &self.entries[row.first as usize..row.last as usize] {
                let rest = &mut self.rest[*column as usize];
                *rest = *rest - factor * Interval::point(*coefficient);
            }
        }
        for (rest, side) in self.rest.iter().zip(&self.columns) {
            if *rest != Interval::ZERO {
                sum = sum + *rest * *side;
            }
        }
        (!sum.lo.is_nan() && !sum.hi.is_nan()).then_some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 0 to 1 (Marsaglia 2003, xorshift).
    struct Random(u64);

    impl Random {
        fn between(&mut self, lo: f64, hi: f64) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            lo + (hi - lo) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    fn polytope(sides: &[Interval], rows: &[(Vec<f64>, Interval)]) -> Polytope {
        let mut found = Polytope::default();
        found.reset(sides.iter().copied());
        for (k, (row, within)) in rows.iter().enumerate() {
            for (j, x) in row.iter().enumerate() {
                found.add(j as u32, Interval::point(*x));
            }
            found.close(*within);
            // Some rows wait outside of the table.
            if k == 0 {
                found.mark();
            }
        }
        found
    }

    const UP: f64 = f64::INFINITY;

    #[test]
    fn bounds_are_those_of_the_vertices() {
        let square = [Interval { lo: -10.0, hi: 10.0 }; 2];
        // A triangle with the corners (1, 1), (4, 1) and (1, 7).
        let rows = [
            (vec![1.0, 0.0], Interval { lo: 1.0, hi: UP }),
            (vec![0.0, 1.0], Interval { lo: 1.0, hi: UP }),
            (vec![2.0, 1.0], Interval { lo: -UP, hi: 9.0 }),
        ];
        let mut triangle = polytope(&square, &rows);
        assert!(triangle.narrow(2));
        for (side, (lo, hi)) in triangle.columns().iter().zip([(1.0, 4.0), (1.0, 7.0)]) {
            // A dozen roundings of numbers up to 20.
            assert!((side.lo - lo).abs() < 1e-13 && (side.hi - hi).abs() < 1e-13, "{side:?}");
        }
        let contradiction = (vec![1.0, 1.0], Interval { lo: 9.0, hi: UP });
        let mut nothing = polytope(&square, &[&rows[..], &[contradiction]].concat());
        assert!(!nothing.narrow(2));
    }

    /// Points that satisfy all rows stay, whatever the numbers are.
    #[test]
    fn no_point_is_cut_off() {
        const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut random = Random(SEED);
        let (mut narrower, mut sharp) = (0, 0);
        for case in 0..300 {
            let n = 2 + case % 7;
            let scale = |random: &mut Random| 10f64.powf(random.between(-6.0, 6.0).floor());
            let units: Vec<f64> = (0..n).map(|_| scale(&mut random)).collect();
            let sides: Vec<Interval> =
                units.iter().map(|unit| Interval { lo: -2.0 * unit, hi: 3.0 * unit }).collect();
            let point: Vec<f64> =
                units.iter().map(|unit| unit * random.between(-2.0, 3.0)).collect();
            let rows: Vec<(Vec<f64>, Interval)> = (0..2 * n)
                .map(|_| {
                    let size = scale(&mut random);
                    let row: Vec<f64> =
                        units.iter().map(|unit| size / unit * random.between(-1.0, 1.0)).collect();
                    let value: f64 = row.iter().zip(&point).map(|(a, x)| a * x).sum();
                    let slack = size * random.between(1e-12, 0.5);
                    (row, Interval { lo: value - slack, hi: value + slack })
                })
                .collect();
            let mut found = polytope(&sides, &rows);
            assert!(found.narrow(n), "case {case} of seed {SEED}");
            for ((left, side), x) in found.columns().iter().zip(&sides).zip(&point) {
                assert!(left.contains(*x), "case {case} of seed {SEED}: {left:?} and {x}");
                narrower += usize::from(left.width() < 0.9 * side.width());
                sharp += 1;
            }
        }
        // Twice as many rows as columns leave little of most sides.
        assert!(4 * narrower > 3 * sharp, "{narrower} of {sharp}");
    }
}
