//! Lines around products and functions on boxes.

use beltrami_core::map::Bend;
use beltrami_linalg::Interval;

use super::{Argument, Curve, Shape};
use crate::polytope::Polytope;
use crate::tape::arithmetic::Arithmetic;
use crate::tape::domain::{Domain, of_map};
use crate::tape::formula::Intervals;
use crate::tape::instruction::{Instruction, Unary};

/// A function that bends both ways is followed in so many pieces.
const PIECES: usize = 8;

impl Curve {
    /// Adds the lines between which the column lies.
    pub(super) fn enclose(&self, slots: &[Interval], polytope: &mut Polytope) {
        let range = |slot: u32| slots[slot as usize];
        match &self.shape {
            Shape::Product(a, b) => {
                for (p, q, above) in corners(range(a.slot), range(b.slot)) {
                    // (a - p)*(b - q) has one sign on the box.
                    polytope.add(self.column, Interval::ONE);
                    let rest = add(polytope, a, -q) + add(polytope, b, -p);
                    polytope.close(half_line(-(p * q), above) - rest);
                }
            }
            Shape::Quotient(a, b) => {
                let column = polytope.columns()[self.column as usize];
                for (p, q, above) in corners(column, range(b.slot)) {
                    polytope.add(self.column, -q);
                    let rest = add(polytope, a, Interval::ONE) + add(polytope, b, -p);
                    polytope.close(half_line(-(p * q), above) - rest);
                }
            }
            Shape::Function(instruction, a) => {
                let x = range(a.slot);
                if x.is_bounded() && !x.is_point() {
                    self.follow(*instruction, a, x, polytope);
                }
            }
        }
    }

    fn follow(&self, op: Instruction, a: &Argument, x: Interval, polytope: &mut Polytope) {
        let Some((bend, whole)) = bend(op, x).zip(slope(op, x)) else { return };
        if !whole.is_bounded() && bend == Bend::Either {
            return;
        }
        let value = |at: f64| value(op, Interval::point(at));
        let chord = (value(x.hi).middle() - value(x.lo).middle()) / (x.hi - x.lo);
        if !chord.is_finite() {
            return;
        }
        // What is left of the function beside a line.
        let beside = |at: f64, s: Interval| value(at) - s * Interval::point(at);
        let mut line = |s: f64, within: Interval| {
            polytope.add(self.column, Interval::ONE);
            let rest = add(polytope, a, -Interval::point(s));
            polytope.close(within - rest);
        };
        let s = Interval::point(chord);
        let ends = beside(x.lo, s).hull(beside(x.hi, s));
        if bend == Bend::Either {
            let width = (x.hi - x.lo) / PIECES as f64;
            let mut left = ends;
            for k in 0..PIECES {
                let lo = if k == 0 { x.lo } else { x.lo + k as f64 * width };
                let hi = if k + 1 == PIECES { x.hi } else { x.lo + (k + 1) as f64 * width };
                let piece = Interval { lo, hi: hi.max(lo).min(x.hi) };
                let Some(g) = slope(op, piece) else { return };
                let middle = piece.middle();
                let near = (g - s) * (piece - Interval::point(middle));
                left = left.hull(beside(middle, s) + near);
            }
            line(chord, left);
            return;
        }
        let convex = bend == Bend::Convex;
        // Chords lie above convex functions and tangents below.
        line(chord, if convex { below(ends.hi) } else { above(ends.lo) });
        for at in [x.lo, x.middle(), x.hi] {
            let Some(g) = slope(op, Interval::point(at)).filter(|g| g.is_bounded()) else {
                continue;
            };
            let s = g.middle();
            let from = (g - Interval::point(s)) * (x - Interval::point(at));
            let left = beside(at, Interval::point(s)) + from;
            line(s, if convex { above(left.lo) } else { below(left.hi) });
        }
    }
}

/// Adds a multiple of an argument to a form; what is no multiple of a column is given back.
fn add(polytope: &mut Polytope, argument: &Argument, factor: Interval) -> Interval {
    argument.form.add_to(polytope, factor);
    argument.form.rest * factor
}

/// The four corners of a rectangle, and whether the product of the distances to each is positive there.
fn corners(a: Interval, b: Interval) -> impl Iterator<Item = (Interval, Interval, bool)> {
    let all = [(a.lo, b.lo, true), (a.hi, b.hi, true), (a.lo, b.hi, false), (a.hi, b.lo, false)];
    let is_proper = a.is_bounded() && b.is_bounded();
    all.into_iter()
        .filter(move |_| is_proper)
        .map(|(p, q, above)| (Interval::point(p), Interval::point(q), above))
}

fn half_line(end: Interval, is_above: bool) -> Interval {
    if is_above { above(end.lo) } else { below(end.hi) }
}

fn above(lo: f64) -> Interval {
    Interval { lo, hi: f64::INFINITY }
}

fn below(hi: f64) -> Interval {
    Interval { lo: f64::NEG_INFINITY, hi }
}

fn value(op: Instruction, x: Interval) -> Interval {
    match op {
        Instruction::Unary(op, _) => Interval::unary(op, x),
        Instruction::Power(_, n) => Interval::power(x, n),
        Instruction::Binary(..) => Interval::WHOLE,
    }
}

/// How a function of one number bends on an interval; none where it is not enclosed by lines.
fn bend(op: Instruction, x: Interval) -> Option<Bend> {
    let (up, down) = (x.lo >= 0.0, x.hi <= 0.0);
    // Of functions that are odd and convex above zero.
    let odd = match (up, down) {
        (true, _) => Bend::Convex,
        (_, true) => Bend::Concave,
        _ => Bend::Either,
    };
    Some(match op {
        Instruction::Power(_, n) if n > 0 => {
            if n % 2 == 0 {
                Bend::Convex
            } else {
                odd
            }
        }
        Instruction::Power(_, n) => match (x.lo > 0.0, x.hi < 0.0) {
            (true, _) => Bend::Convex,
            (_, true) if n % 2 == 0 => Bend::Convex,
            (_, true) => Bend::Concave,
            _ => return None,
        },
        Instruction::Unary(Unary::Square, _) => Bend::Convex,
        Instruction::Unary(Unary::Map(map), _) if of_map(map, x) == Domain::Continuous => {
            match map.record().bend? {
                Bend::ConvexAboveZero => odd,
                bend => bend,
            }
        }
        _ => return None,
    })
}

/// The derivative of a function of one number on an interval.
fn slope(op: Instruction, x: Interval) -> Option<Interval> {
    Some(match op {
        Instruction::Unary(Unary::Square, _) => Interval::point(2.0) * x,
        Instruction::Power(_, n) => Interval::integer(i64::from(n)) * x.powi(n.checked_sub(1)?),
        Instruction::Unary(Unary::Map(map), _) => {
            let Ok(slope) = map.record().slope.as_ref()?.at(&mut Intervals, &x);
            slope
        }
        _ => return None,
    })
}
