//! The simplex method on columns and rows that are all bounded, without proofs.
//!
//! A first vertex comes from the dual method, for costs that agree with all columns at their lower ends; from there each
//! program begins, by the primal method, where the last one ended. Most rows bind nowhere, so that they wait outside of the
//! table until a vertex violates them, and the dual method goes on.

use beltrami_linalg::Interval;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At a vertex where the coordinate is least.
    Optimal,
    /// There is no point.
    Empty,
    /// The steps are used up; the multipliers are as good as they are.
    Stopped,
}

/// Below this, a pivot is rounding: entries of the table are near 1.
const PIVOT: f64 = 1e-9;
/// Below this, a cost is rounding.
const COST: f64 = 1e-7;
/// A basic variable may lie outside of its bounds by this.
const FEASIBLE: f64 = 1e-9;

/// A table whose rows give the basic variables by the others; sides and rows are scaled to near 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Simplex {
    /// The place among the columns of each free coordinate, and its column or none.
    free: Vec<usize>,
    of_column: Vec<Option<usize>>,
    middles: Vec<f64>,
    radii: Vec<f64>,
    scales: Vec<f64>,
    /// Rows by the free coordinates.
    entries: Vec<(usize, f64)>,
    /// Where the entries of each row end.
    ends: Vec<usize>,
    /// How many rows never leave the table.
    first: usize,
    width: usize,
    table: Vec<f64>,
    /// Bounds of the coordinates, then of the rows.
    lo: Vec<f64>,
    hi: Vec<f64>,
    basic: Vec<usize>,
    others: Vec<usize>,
    at_upper: Vec<bool>,
    place: Vec<Place>,
    point: Vec<f64>,
    values: Vec<f64>,
    costs: Vec<f64>,
    order: Vec<(f64, usize)>,
}

/// Where a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Row(usize),
    Column(usize),
    Outside,
}

/// A row outside of the table is violated by more than this, beside entries near 1.
const VIOLATED: f64 = 1e-3;
/// So many of them come into the table at once.
const ADDED: usize = 8;

impl Simplex {
    /// Begins with the rows as basic variables.
    pub fn load<'a>(
        &mut self,
        columns: &[Interval],
        rows: impl Iterator<Item = (&'a [(u32, f64)], Interval)>,
        first: usize,
    ) {
        self.free.clear();
        self.of_column.clear();
        self.middles.clear();
        self.radii.clear();
        for (column, side) in columns.iter().enumerate() {
            let (middle, radius) = (side.middle(), 0.5 * side.hi - 0.5 * side.lo);
            self.middles.push(middle);
            self.radii.push(radius);
            let is_free = side.is_bounded() && radius > 0.0 && radius.is_normal();
            self.of_column.push(is_free.then_some(self.free.len()));
            if is_free {
                self.free.push(column);
            }
        }
        self.width = self.free.len();
        self.table.clear();
        self.scales.clear();
        self.lo.clear();
        self.hi.clear();
        self.lo.resize(self.width, -1.0);
        self.hi.resize(self.width, 1.0);
        self.entries.clear();
        self.ends.clear();
        for (entries, within) in rows {
            let begin = self.entries.len();
            let (mut at_middle, mut largest) = (0.0, 0.0_f64);
            for (column, coefficient) in entries {
                let column = *column as usize;
                at_middle += coefficient * self.middles[column];
                if let Some(place) = self.of_column[column] {
                    let entry = coefficient * self.radii[column];
                    self.entries.push((place, entry));
                    largest = largest.max(entry.abs());
                }
            }
            let scale = if largest.is_normal() { largest } else { 1.0 };
            self.entries[begin..].iter_mut().for_each(|(_, entry)| *entry /= scale);
            self.ends.push(self.entries.len());
            self.scales.push(scale);
            self.lo.push((within.lo - at_middle) / scale);
            self.hi.push((within.hi - at_middle) / scale);
        }
        self.others.clear();
        self.others.extend(0..self.width);
        self.at_upper.clear();
        self.at_upper.resize(self.width, false);
        self.place.clear();
        self.place.extend((0..self.width).map(Place::Column));
        self.place.resize(self.width + self.scales.len(), Place::Outside);
        self.basic.clear();
        self.values.clear();
        self.first = first;
        (0..first).for_each(|row| self.bring(row, 0.0));
    }

    fn row(&self, row: usize) -> &[(usize, f64)] {
        let begin = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[begin..self.ends[row]]
    }

    /// Brings a row into the table as a basic variable.
    fn bring(&mut self, row: usize, value: f64) {
        let (begin, width) = (self.table.len(), self.width);
        self.table.resize(begin + width, 0.0);
        let first = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        let (table, line) = self.table.split_at_mut(begin);
        for (variable, entry) in &self.entries[first..self.ends[row]] {
            match self.place[*variable] {
                Place::Column(column) => line[column] += entry,
                Place::Row(other) => {
                    let other = &table[other * width..(other + 1) * width];
                    line.iter_mut().zip(other).for_each(|(x, y)| *x += entry * y);
                }
                Place::Outside => {}
            }
        }
        self.place[width + row] = Place::Row(self.basic.len());
        self.basic.push(width + row);
        self.values.push(value);
    }

    /// Brings in the rows outside of the table that the vertex violates most; false where it violates none.
    fn bring_violated(&mut self) -> bool {
        let mut point = std::mem::take(&mut self.point);
        point.clear();
        point.extend((0..self.width).map(|variable| match self.place[variable] {
            Place::Row(row) => self.values[row],
            Place::Column(column) => self.end(column),
            Place::Outside => 0.0,
        }));
        self.point = point;
        self.order.clear();
        for row in 0..self.scales.len() {
            let variable = self.width + row;
            if self.place[variable] == Place::Outside {
                let value: f64 =
                    self.row(row).iter().map(|(j, entry)| entry * self.point[*j]).sum();
                let outside = (self.lo[variable] - value).max(value - self.hi[variable]);
                if outside > VIOLATED {
                    self.order.push((-outside, row));
                }
            }
        }
        self.order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for place in 0..self.order.len().min(ADDED) {
            let row = self.order[place].1;
            let value = self.row(row).iter().map(|(j, entry)| entry * self.point[*j]).sum();
            self.bring(row, value);
        }
        !self.order.is_empty()
    }

    /// Takes rows that bind nothing out of a table that has become long.
    fn shorten(&mut self) {
        if self.basic.len() <= self.first + 2 * self.width {
            return;
        }
        let (width, first) = (self.width, self.first);
        let mut kept = 0;
        for row in 0..self.basic.len() {
            let variable = self.basic[row];
            if variable >= width + first {
                self.place[variable] = Place::Outside;
                continue;
            }
            self.table.copy_within(row * width..(row + 1) * width, kept * width);
            self.basic[kept] = variable;
            self.place[variable] = Place::Row(kept);
            kept += 1;
        }
        self.basic.truncate(kept);
        self.table.truncate(kept * width);
    }

    /// Whether a column is no single number.
    pub fn is_free(&self, column: usize) -> bool {
        self.of_column[column].is_some()
    }

    /// How far a column is from its ends at the last vertex, as parts of its side.
    pub fn distances(&self, column: usize) -> [f64; 2] {
        let Some(variable) = self.of_column[column] else { return [0.0; 2] };
        let value = match self.place[variable] {
            Place::Row(row) => self.values[row],
            Place::Column(column) => self.end(column),
            Place::Outside => return [1.0; 2],
        };
        [0.5 * (value + 1.0), 0.5 * (1.0 - value)]
    }

    fn end(&self, column: usize) -> f64 {
        let variable = self.others[column];
        if self.at_upper[column] { self.hi[variable] } else { self.lo[variable] }
    }

    /// Goes to a vertex; where there is none, gives rows with multipliers that show it.
    pub fn enter(&mut self, multipliers: &mut Vec<(u32, f64)>) -> End {
        multipliers.clear();
        self.costs.clear();
        // Costs without ties, so that no step is without progress.
        self.costs.extend((0..self.width).map(|j| 1.0 + (0.618_033_988 * j as f64).fract()));
        self.evaluate();
        let mut left = self.steps();
        self.dual(&mut left, multipliers)
    }

    /// Makes `sign` times a column least, and gives the rows with their multipliers: of the least value, or of zero where
    /// they show that there is no point.
    pub fn minimize(&mut self, column: usize, sign: f64, multipliers: &mut Vec<(u32, f64)>) -> End {
        multipliers.clear();
        let Some(target) = self.of_column[column] else { return End::Stopped };
        self.start(target, sign);
        let mut left = self.steps();
        self.primal(&mut left);
        let end = self.dual(&mut left, multipliers);
        if end == End::Empty {
            return end;
        }
        let size = self.radii[column];
        for (other, cost) in self.others.iter().zip(&self.costs) {
            if let Some(row) = other.checked_sub(self.width).filter(|_| *cost != 0.0) {
                multipliers.push((row as u32, cost * size / self.scales[row]));
            }
        }
        end
    }

    /// Far more than it takes, unless rounding leads in circles.
    fn steps(&self) -> usize {
        50 + 4 * self.width
    }

    /// Costs of the variables that are not basic, and the values of the basic ones.
    fn start(&mut self, target: usize, sign: f64) {
        self.shorten();
        self.costs.clear();
        match self.place[target] {
            Place::Row(row) => {
                let entries = &self.table[row * self.width..(row + 1) * self.width];
                self.costs.extend(entries.iter().map(|entry| sign * entry));
            }
            Place::Column(column) => {
                self.costs.resize(self.width, 0.0);
                self.costs[column] = sign;
            }
            Place::Outside => self.costs.resize(self.width, 0.0),
        }
        self.evaluate();
    }

    fn evaluate(&mut self) {
        self.point.clear();
        for j in 0..self.width {
            let end = self.end(j);
            self.point.push(end);
        }
        self.values.clear();
        for row in self.table.chunks_exact(self.width) {
            self.values.push(row.iter().zip(&self.point).map(|(t, x)| t * x).sum());
        }
    }

    /// Steps along edges that lower the costs, from a vertex to the best.
    fn primal(&mut self, left: &mut usize) {
        while *left > 0 {
            *left -= 1;
            let gain = |j: &usize| {
                let cost = if self.at_upper[*j] { self.costs[*j] } else { -self.costs[*j] };
                if self.range(*j) > 0.0 { cost } else { 0.0 }
            };
            let best = (0..self.width).max_by(|i, j| gain(i).total_cmp(&gain(j)));
            let Some(entering) = best.filter(|j| gain(j) > COST) else { return };
            let direction = if self.at_upper[entering] { -1.0 } else { 1.0 };
            // How far the basic variables let it go.
            let mut far = self.range(entering);
            let mut blocking: Option<(usize, f64)> = None;
            for (row, variable) in self.basic.iter().enumerate() {
                let slope = direction * self.table[row * self.width + entering];
                if slope.abs() <= PIVOT {
                    continue;
                }
                let bound = if slope > 0.0 { self.hi[*variable] } else { self.lo[*variable] };
                let until = ((bound - self.values[row]) / slope).max(0.0);
                // Of rows that block at once, the larger pivot is the safer one.
                let is_safer = blocking.is_some_and(|(_, size)| slope.abs() > size);
                if until < far - FEASIBLE || (until <= far + FEASIBLE && is_safer) {
                    far = until.min(far);
                    blocking = Some((row, slope.abs()));
                }
            }
            match blocking {
                None => {
                    let moved = direction * far;
                    self.at_upper[entering] = !self.at_upper[entering];
                    for (value, line) in
                        self.values.iter_mut().zip(self.table.chunks_exact(self.width))
                    {
                        *value += line[entering] * moved;
                    }
                }
                Some((row, _)) => {
                    let slope = direction * self.table[row * self.width + entering];
                    self.pivot(row, entering, slope < 0.0);
                }
            }
        }
    }

    /// Steps that bring basic variables into their bounds and keep the costs best, with the rows that are violated.
    fn dual(&mut self, left: &mut usize, multipliers: &mut Vec<(u32, f64)>) -> End {
        while *left > 0 {
            let Some((row, below)) = self.leaving() else {
                if self.bring_violated() {
                    continue;
                }
                return End::Optimal;
            };
            *left -= 1;
            let Some(entering) = self.entering(row, below) else {
                self.contradiction(row, multipliers);
                return End::Empty;
            };
            self.pivot(row, entering, below);
        }
        End::Stopped
    }

    /// The basic variable that is farthest outside of its bounds.
    fn leaving(&self) -> Option<(usize, bool)> {
        let mut worst = None;
        let mut most = FEASIBLE;
        for (row, (value, variable)) in self.values.iter().zip(&self.basic).enumerate() {
            let (under, over) = (self.lo[*variable] - value, value - self.hi[*variable]);
            let outside = under.max(over);
            if outside > most {
                (worst, most) = (Some((row, under > over)), outside);
            }
        }
        worst
    }

    /// The variable that becomes basic, where one can; those passed on the way go to their other ends.
    fn entering(&mut self, row: usize, below: bool) -> Option<usize> {
        let variable = self.basic[row];
        let bound = if below { self.lo[variable] } else { self.hi[variable] };
        let mut missing = (bound - self.values[row]).abs();
        let entries = &self.table[row * self.width..(row + 1) * self.width];
        self.order.clear();
        for (j, entry) in entries.iter().enumerate() {
            let helps = (*entry > 0.0) == (self.at_upper[j] != below);
            if helps && entry.abs() > PIVOT && self.range(j) > 0.0 {
                self.order.push((self.costs[j].abs() / entry.abs(), j));
            }
        }
        self.order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut count = 0;
        let mut found = None;
        for (place, (_, j)) in self.order.iter().enumerate() {
            missing -= entries[*j].abs() * self.range(*j);
            if missing <= 0.0 {
                (found, count) = (Some(*j), place);
                break;
            }
        }
        found?;
        for place in 0..count {
            let j = self.order[place].1;
            let moved = if self.at_upper[j] { -self.range(j) } else { self.range(j) };
            self.at_upper[j] = !self.at_upper[j];
            for (value, line) in self.values.iter_mut().zip(self.table.chunks_exact(self.width)) {
                *value += line[j] * moved;
            }
        }
        found
    }

    fn range(&self, column: usize) -> f64 {
        let variable = self.others[column];
        self.hi[variable] - self.lo[variable]
    }

    /// The multipliers with which a row shows that there is no point.
    fn contradiction(&self, row: usize, multipliers: &mut Vec<(u32, f64)>) {
        let mut push = |variable: usize, factor: f64| {
            if let Some(row) = variable.checked_sub(self.width).filter(|_| factor != 0.0) {
                multipliers.push((row as u32, factor / self.scales[row]));
            }
        };
        push(self.basic[row], 1.0);
        let entries = &self.table[row * self.width..(row + 1) * self.width];
        for (other, entry) in self.others.iter().zip(entries) {
            push(*other, -entry);
        }
    }

    /// Makes a variable basic in the place of another, which goes to its lower end or its upper one.
    fn pivot(&mut self, row: usize, entering: usize, below: bool) {
        let width = self.width;
        let leaving = self.basic[row];
        let bound = if below { self.lo[leaving] } else { self.hi[leaving] };
        let pivot = self.table[row * width + entering];
        let moved = (bound - self.values[row]) / pivot;
        let start = self.end(entering);
        for (value, line) in self.values.iter_mut().zip(self.table.chunks_exact(width)) {
            *value += line[entering] * moved;
        }
        self.values[row] = start + moved;
        let (above, rest) = self.table.split_at_mut(row * width);
        let (line, after) = rest.split_at_mut(width);
        let inverse = 1.0 / pivot;
        line.iter_mut().for_each(|entry| *entry *= -inverse);
        line[entering] = inverse;
        for other in above.chunks_exact_mut(width).chain(after.chunks_exact_mut(width)) {
            let factor = std::mem::replace(&mut other[entering], 0.0);
            if factor != 0.0 {
                for (entry, pivot) in other.iter_mut().zip(line.iter()) {
                    *entry += factor * pivot;
                }
            }
        }
        let factor = std::mem::replace(&mut self.costs[entering], 0.0);
        for (cost, pivot) in self.costs.iter_mut().zip(line.iter()) {
            *cost += factor * pivot;
        }
        self.place[leaving] = Place::Column(entering);
        self.place[self.others[entering]] = Place::Row(row);
        self.basic[row] = self.others[entering];
        self.others[entering] = leaving;
        self.at_upper[entering] = !below;
    }
}
