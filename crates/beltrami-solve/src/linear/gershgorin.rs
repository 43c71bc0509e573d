//! Gershgorin's discs (Gershgorin 1931): where eigenvalues are, from sums of entries alone.
//!
//! The centres of the discs of a real matrix are real, so that their unions are found along an axis.

use beltrami_linalg::Matrix;

/// A closed disc around a number of the real axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// The entry on the diagonal.
    pub centre: f64,
    /// The sum of the absolute values beside it.
    pub radius: f64,
}

/// Discs that hang together and are apart from all others: they hold as many eigenvalues as there are of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The rows or columns, counted from 0.
    pub members: Vec<usize>,
    /// The least number of the real axis in them.
    pub low: f64,
    /// The largest one.
    pub high: f64,
}

/// All discs of a square matrix; every eigenvalue lies in one of a row, and in one of a column.
#[derive(Clone, Debug)]
pub struct Gershgorin {
    /// A disc for each row.
    pub rows: Vec<Circle>,
    /// A disc for each column.
    pub columns: Vec<Circle>,
    /// The discs of rows, by what hangs together, from left to right.
    pub row_groups: Vec<Group>,
    /// The same for columns.
    pub column_groups: Vec<Group>,
}

impl Gershgorin {
    /// The discs of a square matrix.
    pub fn new(a: &Matrix) -> Gershgorin {
        let (rows, columns) = (circles(a), circles(&a.transpose()));
        let (row_groups, column_groups) = (groups(&rows), groups(&columns));
        Gershgorin { rows, columns, row_groups, column_groups }
    }

    /// Whether a complex number is where an eigenvalue may be: in a disc of a row and in one of a column, enlarged by
    /// `slack`.
    pub fn allows(&self, (re, im): (f64, f64), slack: f64) -> bool {
        let inside = |circles: &[Circle]| {
            circles.iter().any(|c| (re - c.centre).hypot(im) <= c.radius + slack)
        };
        inside(&self.rows) && inside(&self.columns)
    }
}

fn circles(a: &Matrix) -> Vec<Circle> {
    (0..a.rows())
        .map(|i| {
            let others = a.row(i).iter().enumerate().filter(|(j, _)| *j != i);
            Circle { centre: a[(i, i)], radius: others.map(|(_, x)| x.abs()).sum() }
        })
        .collect()
}

fn groups(circles: &[Circle]) -> Vec<Group> {
    // Each sum of n terms is right to n roundings; discs must be apart by more than that.
    let slack =
        |c: &Circle| circles.len() as f64 * f64::EPSILON * (c.centre.abs() + c.radius) * 2.0;
    let mut order: Vec<usize> = (0..circles.len()).collect();
    let low = |i: usize| circles[i].centre - circles[i].radius - slack(&circles[i]);
    let high = |i: usize| circles[i].centre + circles[i].radius + slack(&circles[i]);
    order.sort_by(|i, j| low(*i).total_cmp(&low(*j)));
    let mut groups: Vec<(f64, Group)> = Vec::new();
    for i in order {
        let (left, right) =
            (circles[i].centre - circles[i].radius, circles[i].centre + circles[i].radius);
        match groups.last_mut() {
            Some((reach, group)) if low(i) <= *reach => {
                *reach = reach.max(high(i));
                group.high = group.high.max(right);
                group.low = group.low.min(left);
                group.members.push(i);
            }
            _ => groups.push((high(i), Group { members: vec![i], low: left, high: right })),
        }
    }
    groups
        .into_iter()
        .map(|(_, mut group)| {
            group.members.sort_unstable();
            group
        })
        .collect()
}
