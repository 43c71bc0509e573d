//! A line on a terminal that says how far a computation is, and the wish of its reader to stop it.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Whether Ctrl-C was pressed; the second time it ends the program.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// The line; none where standard error is no terminal.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts; `length` is 0 where the number of steps is open.
    pub fn new(length: u64) -> Progress {
        // A handler that cannot be set leaves Ctrl-C as it was.
        let _ = ctrlc::try_set_handler(|| {
            if STOPPED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
        let bar = std::io::stderr().is_terminal().then(|| {
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
        !STOPPED.load(Ordering::SeqCst)
    }

    /// Takes the line away.
    pub fn done(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
