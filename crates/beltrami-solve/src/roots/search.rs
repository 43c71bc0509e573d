//! All roots in a box: boxes are narrowed, proved, or halved, until nothing is left.

use beltrami_linalg::Interval;

use super::continuum::is_continuum;
use super::known::Known;
use super::krawczyk::{Krawczyk, Verdict, invert};
use super::measure::{Measure, cut, is_atomic};
use super::root::{All, Limits, Progress, Root};
use super::undecided::{Hard, Undecided, clusters};
use super::{Enclosure, System};

/// All roots of a system in a box.
///
/// A root on the edge of the box is reported where its enclosure meets the box.
/// # References
/// `Neumaier1990`, chapter 5; `BenhamouGoualardGranvilliersPuget1999` for what [`Enclosure::narrow`] does.
pub fn all_roots<S: System + Enclosure>(
    system: &mut S,
    region: &[Interval],
    limits: &Limits<'_>,
) -> All {
    let n = region.len();
    let mut start = region.to_vec();
    if !contracted(system, &mut start) {
        let (roots, undecided) = (Vec::new(), Vec::new());
        return All { roots, undecided, complete: true, boxes: 1 };
    }
    let measure = Measure::new(&start, limits.resolution);
    // What is left of all sides at once may be the blur of a double root, half of the digits wide.
    let extended = start.iter().zip(region).any(|(left, whole)| {
        let whole = whole.hi - whole.lo;
        whole > 1e30 || left.hi - left.lo >= 1e-7 * whole
    });
    let mut search = Search {
        n,
        krawczyk: Krawczyk::new(n),
        region: region.to_vec(),
        known: Known::new(&measure.sides),
        measure,
        extended,
        system,
        limits,
        hard: Vec::new(),
        boxes: 0,
        decided: 0.0,
        complete: true,
        cuts: Cuts::default(),
        f: vec![0.0; n],
        j: vec![0.0; n * n],
        smears: vec![0.0; n],
    };
    let small = search.depth_first(start);
    search.refine(small);
    let Search { system, measure, known, hard, complete, boxes, .. } = search;
    let undecided = clusters(hard)
        .into_iter()
        .map(|cluster| Undecided::of(system, &cluster, &measure.sides))
        .collect();
    let mut roots = known.roots;
    roots.sort_by(|a, b| {
        let (a, b) = (a.point(), b.point());
        let differ = a.iter().zip(&b).find(|(x, y)| x != y);
        differ.map_or(std::cmp::Ordering::Equal, |(x, y)| x.total_cmp(y))
    });
    All { roots, undecided, complete, boxes }
}

/// Boxes this much smaller than the whole are left for later when they are hard.
const COARSE: f64 = 1.0 / 1024.0;
/// The more of them follow a curve or a surface of roots, the coarser: it meets more boxes the smaller they are.
const COARSER: [(usize, f64); 2] = [(4096, 1.0 / 64.0), (8192, 1.0 / 16.0)];
/// A step that leaves more than this of every side is not repeated.
const WORTHWHILE: f64 = 0.7;

pub(super) type Box = Vec<Interval>;

pub(super) struct Search<'a, S> {
    pub(super) n: usize,
    pub(super) system: &'a mut S,
    pub(super) limits: &'a Limits<'a>,
    krawczyk: Krawczyk,
    region: Box,
    pub(super) measure: Measure,
    /// Whether the region is large enough for a continuum of roots in it.
    extended: bool,
    known: Known,
    /// What stays undecided.
    pub(super) hard: Vec<Hard>,
    boxes: usize,
    decided: f64,
    complete: bool,
    cuts: Cuts,
    f: Vec<f64>,
    j: Vec<f64>,
    smears: Vec<f64>,
}

impl<S: System + Enclosure> Search<'_, S> {
    /// Searches the whole region; what is left are small boxes that are hard and follow no continuum.
    fn depth_first(&mut self, start: Box) -> Vec<Box> {
        let mut pending = vec![(start, 1.0)];
        let mut small = Vec::new();
        let mut coarse = COARSE;
        while let Some((x, share)) = pending.pop() {
            if !self.may_go_on() {
                let rest = pending.into_iter().map(|(x, _)| x).chain([x]);
                self.give_up(rest.chain(small));
                return Vec::new();
            }
            let Some(x) = self.left_of(x) else {
                self.decided += share;
                continue;
            };
            if self.measure.is_fine(&x) {
                self.decided += share;
                small.push(x);
                continue;
            }
            if self.measure.longest(&x) <= coarse {
                self.decided += share;
                if self.follows_roots(&x) {
                    self.hard.push(Hard { sides: x, continuum: true });
                    let now = COARSER.iter().rfind(|(most, _)| self.hard.len() >= *most);
                    coarse = now.map_or(COARSE, |(_, coarser)| *coarser);
                    continue;
                }
                if self.measure.longest(&x) <= COARSE {
                    small.push(x);
                    continue;
                }
            }
            let (low, high) = self.halves(x);
            pending.push((high, 0.5 * share));
            pending.push((low, 0.5 * share));
        }
        small
    }

    /// Ends the search with these boxes unsearched.
    pub(super) fn give_up(&mut self, rest: impl Iterator<Item = Box>) {
        self.complete = false;
        self.hard.extend(rest.map(|sides| Hard { sides, continuum: false }));
    }

    pub(super) fn is_known(&self, x: &[Interval]) -> bool {
        self.known.cover(x)
    }

    pub(super) fn follows_roots(&mut self, x: &[Interval]) -> bool {
        self.extended && is_continuum(self.system, x, &self.measure.sides)
    }

    pub(super) fn may_go_on(&mut self) -> bool {
        /// Boxes between two reports.
        const PAUSE: usize = 32;
        let progress =
            Progress { boxes: self.boxes, roots: self.known.roots.len(), decided: self.decided };
        /// A root is proved in boxes of several sizes and enclosed, which takes as long as so many boxes.
        const PROOF: usize = 10;
        let stopped = self.boxes.is_multiple_of(PAUSE) && !(self.limits.progress)(&progress);
        self.boxes + PROOF * self.known.roots.len() < self.limits.boxes && !stopped
    }

    /// What is left of a box once everything that can be proved is cut off; none when all of it is decided.
    pub(super) fn left_of(&mut self, mut x: Box) -> Option<Box> {
        self.boxes += 1;
        let is_unbounded = x.iter().any(|side| !side.is_bounded());
        if is_unbounded && self.krawczyk.excludes(self.system, &x) {
            return None;
        }
        loop {
            let before = x.clone();
            if !self.system.narrow(&mut x) || self.known.cover(&x) {
                return None;
            }
            let whole = x.clone();
            match self.krawczyk.step(self.system, &mut x) {
                Verdict::Empty => return None,
                Verdict::Unique => {
                    self.found(whole, x);
                    return None;
                }
                Verdict::Narrowed | Verdict::Unknown => {}
            }
            if shrank(&before, &x) {
                continue;
            }
            if !self.cuts.are_due(self.boxes) {
                break;
            }
            let before = x.clone();
            let is_left = self.system.cut(&mut x);
            self.cuts.took(&before, is_left.then_some(&x));
            if !is_left {
                return None;
            }
            if !shrank(&before, &x) {
                break;
            }
        }
        // Roots on the sides of boxes are never inside one; a box around the root is.
        if self.measure.longest(&x) <= 1.0 / 16.0 {
            self.look_around(&x);
        }
        (!self.known.cover(&x)).then_some(x)
    }

    /// Looks for a root near the middle of a box and proves it in a box of its own.
    fn look_around(&mut self, x: &[Interval]) {
        let Some(root) = self.newton(x) else { return };
        let point: Box = root.iter().map(|r| Interval::point(*r)).collect();
        if self.known.cover(&point) {
            return;
        }
        // The largest box that proves the root keeps the most boxes from being looked at.
        let mut best: Option<(Box, Box)> = None;
        let mut part = 1e-10;
        while part < 0.1 / SMALLEST {
            let whole: Box = root
                .iter()
                .enumerate()
                .map(|(i, r)| {
                    let smallest = (SMALLEST * self.measure.sides[i]).max(r.abs());
                    let radius = (part * smallest.min(self.measure.sides[i]))
                        .min(0.1 * self.measure.sides[i])
                        .max(1e3 * f64::EPSILON * r.abs());
                    Interval { lo: r - radius, hi: r + radius }
                })
                .collect();
            let mut inner = whole.clone();
            if self.krawczyk.step(self.system, &mut inner) == Verdict::Unique {
                best = Some((whole, inner));
            } else if best.is_some() || part > 1e-4 {
                break;
            }
            part *= 8.0;
        }
        if let Some((whole, inner)) = best {
            self.found(whole, inner);
        }
    }

    /// A root near a box, by Newton's method from its middle.
    pub(super) fn newton(&mut self, x: &[Interval]) -> Option<Vec<f64>> {
        const STEPS: usize = 12;
        let mut at: Vec<f64> = x.iter().map(|x| x.middle()).collect();
        let mut longest = f64::INFINITY;
        for _ in 0..STEPS {
            System::value(self.system, &at, &mut self.f);
            System::jacobian(self.system, &at, &mut self.j);
            if !invert(&mut self.j, self.n) {
                return None;
            }
            longest = 0.0;
            let rows = self.j.chunks_exact(self.n);
            for ((x, row), side) in at.iter_mut().zip(rows).zip(&self.measure.sides) {
                let step: f64 = row.iter().zip(&self.f).map(|(c, f)| c * f).sum();
                *x -= step;
                longest = longest.max(step.abs() / x.abs().max(SMALLEST * side).min(*side));
            }
            // Further away the root belongs to another box; a box may have been narrowed to a point beside its root.
            let near = |i: usize| {
                (at[i] - x[i].middle()).abs() <= 2.0 * x[i].width() + 1e-6 * self.measure.sides[i]
            };
            if !(0..self.n).all(near) {
                return None;
            }
            if longest < 1e-13 {
                break;
            }
        }
        // Rounding may keep steps of an ill-conditioned system longer; the proof comes after this.
        (longest < 1e-8).then_some(at)
    }

    /// Takes a root that is alone in `whole` and lies in `inner`, narrowed as far as it goes.
    fn found(&mut self, whole: Box, inner: Box) {
        let mut enclosure = inner;
        loop {
            let mut next = enclosure.clone();
            if self.krawczyk.step(self.system, &mut next) == Verdict::Empty {
                // Not possible in exact arithmetic with a root inside; the last enclosure stands.
                break;
            }
            let narrowed = shrank(&enclosure, &next);
            enclosure = next;
            if !narrowed {
                break;
            }
        }
        let inside = enclosure.iter().zip(&self.region).all(|(e, r)| e.meet(*r).is_some());
        if inside {
            self.known.insert(Root { enclosure, alone_in: whole });
        }
    }

    /// A box cut in two, beside the middle: roots like to be in the middle. What moves the equations most is cut, as long as
    /// its side can still be told from a number.
    pub(super) fn halves(&mut self, x: Box) -> (Box, Box) {
        if !self.krawczyk.smears(&x, &mut self.smears) {
            for (i, smear) in self.smears.iter_mut().enumerate() {
                *smear = self.measure.part(i, x[i]);
            }
        }
        let weight = |i: &usize| {
            let side = x[*i];
            (!self.measure.is_fine_side(*i, side), !is_atomic(side), self.smears[*i])
        };
        let order = |i: &usize, j: &usize| {
            let (a, b) = (weight(i), weight(j));
            (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2))
        };
        let first = (0..self.n).max_by(order).unwrap_or(0);
        let cut = cut(x[first]);
        let (mut low, mut high) = (x.clone(), x);
        low[first].hi = cut;
        high[first].lo = cut;
        (low, high)
    }
}

/// Unknowns far smaller than this part of the region are not looked for by a measure of their own.
const SMALLEST: f64 = 1e-8;

/// Narrows the region before it is halved, which tells what size its unknowns have; false where nothing is left.
fn contracted<S: Enclosure>(system: &mut S, x: &mut [Interval]) -> bool {
    /// Far more than it takes to come from the largest number to 1.
    const STEPS: usize = 100;
    for _ in 0..STEPS {
        let before = x.to_vec();
        if !system.narrow(x) {
            return false;
        }
        if !shrank(&before, x) {
            if !system.cut(x) {
                return false;
            }
            if !shrank(&before, x) {
                break;
            }
        }
    }
    true
}

/// Whether looking at all equations together is worth its time.
#[derive(Default)]
struct Cuts {
    /// By how many halvings a cut made boxes smaller lately.
    gain: Option<f64>,
}

impl Cuts {
    /// Where cuts gain little, one in many boxes asks again.
    fn are_due(&self, boxes: usize) -> bool {
        const ENOUGH: f64 = 0.2;
        const AGAIN: usize = 16;
        self.gain.is_none_or(|gain| gain > ENOUGH) || boxes.is_multiple_of(AGAIN)
    }

    fn took(&mut self, before: &[Interval], left: Option<&Box>) {
        /// A box that is decided, and the most that a narrower one counts.
        const ALL: f64 = 4.0;
        let halvings = |(a, b): (&Interval, &Interval)| {
            let ratio = (a.hi - a.lo) / (b.hi - b.lo);
            if ratio.is_nan() { 0.0 } else { ratio.log2().clamp(0.0, ALL) }
        };
        let gain = left.map_or(ALL, |x| before.iter().zip(x).map(halvings).sum::<f64>().min(ALL));
        self.gain = Some(self.gain.map_or(gain, |old| 0.9 * old + 0.1 * gain));
    }
}

/// Whether a side has become so much shorter that another step may help.
fn shrank(before: &[Interval], after: &[Interval]) -> bool {
    before.iter().zip(after).any(|(a, b)| b.hi - b.lo < WORTHWHILE * (a.hi - a.lo))
}
