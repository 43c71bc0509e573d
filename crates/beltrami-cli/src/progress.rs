//! A line on a terminal that says how far a computation is, and the wish of its reader to stop it.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::report::INTERRUPTED;

/// Whether Ctrl-C was pressed; the second time it ends the program.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether the reader wished to stop.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

/// The line; none where standard error is no terminal, or where a program reads the result.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts; `length` is 0 where the number of steps is open.
    pub fn new(length: u64, as_json: bool) -> Progress {
        // A handler that cannot be set leaves Ctrl-C as it was.
        let _ = ctrlc::try_set_handler(|| {
            if STOPPED.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(INTERRUPTED));
            }
        });
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
