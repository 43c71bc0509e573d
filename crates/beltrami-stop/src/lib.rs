//! The way to stop a computation from outside.
//!
//! Whoever starts a computation keeps a [`Stop`] and gives a clone of it away; the computation calls [`Stop::check`] now and
//! then and ends with [`Stopped`].
//! *Invariant: a stop ends a computation and changes nothing else: a result that is returned is the one of a run without it.*
//! *Invariant: a stop is never taken back, so that who looks later sees what was seen before.*

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A wish to stop, shared by whoever may have it and the computation; [`Stop::default`] is never wished.
#[derive(Clone, Debug, Default)]
pub struct Stop(Option<Arc<Wish>>);

#[derive(Debug, Default)]
struct Wish {
    wished: AtomicBool,
    /// When it is wished in any case.
    deadline: Option<Instant>,
    /// Checks after which it is wished in any case.
    left: Option<AtomicU64>,
}

impl Stop {
    /// A stop that [`Stop::stop`] wishes.
    pub fn new() -> Stop {
        Stop(Some(Arc::default()))
    }

    /// A stop that is wished once so much time has passed, too; where no clock reaches so far, never.
    pub fn within(time: Duration) -> Stop {
        let deadline = Instant::now().checked_add(time);
        Stop(Some(Arc::new(Wish { deadline, ..Wish::default() })))
    }

    /// A stop that is wished after so many checks, at the same place in every run.
    pub fn after_checks(count: u64) -> Stop {
        Stop(Some(Arc::new(Wish { left: Some(AtomicU64::new(count)), ..Wish::default() })))
    }

    /// Wishes to stop.
    pub fn stop(&self) {
        if let Some(wish) = &self.0 {
            wish.wished.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it is wished.
    pub fn is_wished(&self) -> bool {
        let Some(wish) = &self.0 else { return false };
        if wish.wished.load(Ordering::Relaxed) {
            return true;
        }
        let less = |left: &AtomicU64| {
            let less = |left: u64| left.checked_sub(1);
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_err()
        };
        let now = wish.deadline.is_some_and(|deadline| Instant::now() >= deadline)
            || wish.left.as_ref().is_some_and(less);
        if now {
            self.stop();
        }
        now
    }

    /// Goes on, or ends the computation with `?`.
    ///
    /// # Errors
    /// [`Stopped`] once it is wished to stop.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.is_wished() { Err(Stopped) } else { Ok(()) }
    }
}

/// A computation ended because it was wished, without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped before the end; give it more time")
    }
}

impl std::error::Error for Stopped {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_wished_for_all_clones_and_for_good() {
        let stop = Stop::new();
        let other = stop.clone();
        assert_eq!(other.check(), Ok(()));
        stop.stop();
        assert_eq!([other.check(), other.check()], [Err(Stopped); 2]);
    }

    #[test]
    fn checks_and_time_run_out() {
        let stop = Stop::after_checks(2);
        assert_eq!([(); 4].map(|()| stop.check().is_ok()), [true, true, false, false]);
        assert_eq!(Stop::within(Duration::ZERO).check(), Err(Stopped));
        assert_eq!(Stop::within(Duration::MAX).check(), Ok(()));
        assert_eq!(Stop::default().check(), Ok(()));
    }
}
