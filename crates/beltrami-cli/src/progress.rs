//! A line on a terminal that says how far a computation is.

use std::cell::OnceCell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::interrupt::{hear, stopped};

/// What takes less time says nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The line; none where standard error is no terminal, or where a program reads the result.
pub struct Progress {
    length: u64,
    seen: bool,
    begun: Instant,
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    /// Starts; `length` is 0 where the number of steps is open.
    pub fn new(length: u64, as_json: bool) -> Progress {
        hear();
        let seen = !as_json && std::io::stderr().is_terminal();
        Progress { length, seen, begun: Instant::now(), bar: OnceCell::new() }
    }

    /// Shows how far it is; `false` once it is to stop.
    pub fn at(&self, position: u64, message: impl FnOnce() -> String) -> bool {
        if self.seen && self.begun.elapsed() >= PATIENCE {
            let bar = self.bar.get_or_init(|| line(self.length));
            bar.set_position(position);
            bar.set_message(message());
        }
        !stopped()
    }

    /// Takes the line away.
    pub fn done(self) {
        if let Some(bar) = self.bar.into_inner() {
            bar.finish_and_clear();
        }
    }
}

fn line(length: u64) -> ProgressBar {
    let bar = if length == 0 { ProgressBar::no_length() } else { ProgressBar::new(length) };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
