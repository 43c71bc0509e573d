//! Reproducible choices.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of choices.
pub struct Choice(ChaCha8Rng);

impl Choice {
    /// The choices of a seed.
    pub fn new(seed: u64) -> Choice {
        Choice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.0.random::<u64>() % n.max(1) as u64) as usize
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// One of several, each as likely; the list must not be empty.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// The place of one of several, as likely as its weight says.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u32 = weights.iter().sum();
        let mut left = self.below(total as usize) as u32;
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// A division of `total` into as many parts.
    pub fn split(&mut self, total: usize, parts: usize) -> Vec<usize> {
        let mut shares = vec![0; parts];
        for _ in 0..total {
            let place = self.below(parts);
            if let Some(share) = shares.get_mut(place) {
                *share += 1;
            }
        }
        shares
    }
}
