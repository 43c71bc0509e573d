//! The wish of a reader to stop, and what is cleaned up before the program ends by it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use crate::report::INTERRUPTED;

/// Whether a computation looks at [`stopped`].
static HEARD: AtomicBool = AtomicBool::new(false);
/// Whether Ctrl-C was pressed; the second time it ends the program.
static STOPPED: AtomicBool = AtomicBool::new(false);
/// A file that is not whole.
static PART: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Whether the reader wished to stop.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

/// From now on the first Ctrl-C is a wish.
pub fn hear() {
    HEARD.store(true, Ordering::SeqCst);
    listen();
}

/// A file that is removed when the program is ended before it is whole.
pub struct Part(());

impl Part {
    /// Makes the file, which from then on is removed; what ends the program waits until it is made or is not.
    pub fn begun<T, E>(
        path: &Path,
        make: impl FnOnce() -> Result<Option<T>, E>,
    ) -> Result<Option<(T, Part)>, E> {
        listen();
        let mut part = part();
        let made = make()?;
        if made.is_some() {
            *part = Some(path.to_owned());
        }
        Ok(made.map(|made| (made, Part(()))))
    }

    /// Makes the file whole; what ends the program waits until it is.
    pub fn whole<T>(self, make: impl FnOnce() -> T) -> T {
        let mut part = part();
        let made = make();
        *part = None;
        made
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        *part() = None;
    }
}

fn part() -> std::sync::MutexGuard<'static, Option<PathBuf>> {
    PART.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is not whole; nothing is begun any more.
fn clean() -> std::sync::MutexGuard<'static, Option<PathBuf>> {
    let mut part = part();
    if let Some(path) = part.take() {
        // Whoever removed it before did the same.
        let _ = std::fs::remove_file(path);
    }
    part
}

/// Whether Ctrl-C is a wish this time.
fn wished() -> bool {
    HEARD.load(Ordering::SeqCst) && !STOPPED.swap(true, Ordering::SeqCst)
}

/// Signals are met by a thread of their own; where that fails they end the program as ever.
#[cfg(unix)]
fn listen() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        let _ = std::thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                if signal == SIGINT && wished() {
                    continue;
                }
                let _part = clean();
                if signal == SIGTERM {
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
                std::process::exit(i32::from(INTERRUPTED));
            }
        });
    });
}

#[cfg(not(unix))]
fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let _ = ctrlc::try_set_handler(|| {
            if !wished() {
                let _part = clean();
                std::process::exit(i32::from(INTERRUPTED));
            }
        });
    });
}
