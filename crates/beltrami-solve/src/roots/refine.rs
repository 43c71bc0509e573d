//! What is left of a search, small boxes that are hard, halved further.

use super::continuum::is_singular;
use super::measure::is_atomic;
use super::search::{Box, Search};
use super::undecided::{Hard, clusters};
use super::{Enclosure, System};

/// In boxes below this part of the whole, a root of high order is not told from a continuum.
const DISCERNED: f64 = 1e-4;
/// So much of the budget singular roots may take.
const PART: usize = 10;
/// Boxes of a cluster that are asked whether their roots are singular.
const ASKED: usize = 16;

impl<S: System + Enclosure> Search<'_, S> {
    /// Halves hard boxes until they are decided, too small, or too many.
    pub(super) fn refine(&mut self, small: Vec<Box>) {
        let small = small.into_iter().map(|sides| Hard { sides, continuum: false }).collect();
        let clusters = clusters(small);
        let share = self.limits.boxes / PART / clusters.len().max(1);
        let mut clusters = clusters.into_iter();
        while let Some(cluster) = clusters.next() {
            let first = self.hard.len();
            let (done, open): (Vec<Hard>, Vec<Hard>) =
                cluster.into_iter().partition(|hard| self.measure.is_fine(&hard.sides));
            self.hard.extend(done);
            let mut open: Vec<Box> = open.into_iter().map(|hard| hard.sides).collect();
            let mut asked = ASKED;
            while !open.is_empty() {
                if !self.may_go_on() {
                    let rest = clusters.flatten().map(|hard| hard.sides);
                    self.give_up(open.into_iter().chain(rest));
                    return;
                }
                if open.len() > asked {
                    if self.is_endless(&open, share) {
                        let rest = open.into_iter();
                        self.hard.extend(rest.map(|sides| Hard { sides, continuum: false }));
                        break;
                    }
                    asked = 2 * open.len();
                }
                let mut next = Vec::new();
                for x in open {
                    let (low, high) = self.halves(x);
                    for half in [low, high] {
                        let Some(x) = self.left_of(half) else { continue };
                        let side = self.measure.longest(&x);
                        let continuum = side > DISCERNED && self.follows_roots(&x);
                        if continuum || self.measure.is_fine(&x) {
                            self.hard.push(Hard { sides: x, continuum });
                        } else {
                            next.push(x);
                        }
                    }
                }
                open = next;
            }
            self.deepen(first, share);
        }
    }

    /// Halves what was left at the end of [`Search::refine`] beyond the resolution, as long as it stays a few boxes: simple
    /// roots beside each other come apart, while a multiple root does not.
    fn deepen(&mut self, first: usize, share: usize) {
        /// More boxes follow the rounding errors around a multiple root.
        const FEW: usize = 48;
        let (kept, fine): (Vec<Hard>, Vec<Hard>) =
            self.hard.split_off(first).into_iter().partition(|hard| hard.continuum);
        self.hard.extend(kept);
        for cluster in clusters(fine) {
            let mut open: Vec<Box> = cluster.iter().map(|hard| hard.sides.clone()).collect();
            let mut left = share.min(40 * FEW);
            // From half of the digits to all of them.
            let mut rounds = 30 * self.n;
            while !open.is_empty() && open.len() <= FEW && 2 * open.len() <= left && rounds > 0 {
                left -= 2 * open.len();
                rounds -= 1;
                if open.iter().any(|x| x.iter().all(|side| is_atomic(*side))) || !self.may_go_on() {
                    break;
                }
                let mut next = Vec::new();
                for x in open {
                    let (low, high) = self.halves(x);
                    next.extend([low, high].into_iter().filter_map(|half| self.left_of(half)));
                }
                open = next;
            }
            if !open.is_empty() {
                let is_open = |hard: &Hard| !self.is_known(&hard.sides);
                let rest: Vec<Hard> = cluster.into_iter().filter(is_open).collect();
                self.hard.extend(rest);
            }
        }
    }

    /// Whether halving so many boxes to the resolution takes more than a share of the budget, and would not prove the roots in them:
    /// those of regular ones end as soon as there is one root a box.
    fn is_endless(&mut self, open: &[Box], share: usize) -> bool {
        let side = self.measure.longest(&open[0]);
        let halvings = self.n as f64 * (side / self.limits.resolution).log2().max(1.0);
        if (open.len() as f64) * halvings <= share as f64 {
            return false;
        }
        let some = open.iter().step_by(open.len() / ASKED);
        2 * some.filter(|x| is_singular(self.system, x, &self.measure.sides)).count() >= ASKED
    }
}
