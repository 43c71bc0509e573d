//! A line on a terminal that says how far a computation is.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::interrupt::hear;
pub use crate::interrupt::stopped;

/// The line; none where standard error is no terminal, or where a program reads the result.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts; `length` is 0 where the number of steps is open.
    pub fn new(length: u64, as_json: bool) -> Progress {
        hear();
        let seen = !as_json && std::io::stderr().is_terminal();
        let bar = seen.then(|| {
            let bar = if length == 0 { ProgressBar::no_length() } else { ProgressBar::new(length) };
            let style = ProgressStyle::with_template("{spinner} {pos} {msg}");
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Progress { bar }
    }

    /// Shows how far it is; `false` once the reader wants to stop.
    pub fn at(&self, position: u64, message: impl FnOnce() -> String) -> bool {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(message());
        }
        !stopped()
    }

    /// Takes the line away.
    pub fn done(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
