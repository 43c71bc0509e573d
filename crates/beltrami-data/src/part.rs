//! A file that is not whole, and its removal when the program ends before it is.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The file that is written at this moment.
static PART: Mutex<Option<PathBuf>> = Mutex::new(None);

/// A file that is removed when the program is ended before it is whole.
pub struct Part(());

impl Part {
    /// Makes the file; what ends the program waits until it is made or is not.
    pub fn begun<T, E>(
        path: &Path,
        make: impl FnOnce() -> Result<Option<T>, E>,
    ) -> Result<Option<(T, Part)>, E> {
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

fn part() -> MutexGuard<'static, Option<PathBuf>> {
    PART.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the file that is not whole; as long as the answer is held, no file is begun and none becomes whole.
///
/// For whoever ends the program by a signal: it calls this first, and holds the answer to the end.
#[must_use = "files are begun again when the answer is dropped"]
pub fn clean() -> impl Sized {
    let mut part = part();
    if let Some(path) = part.take() {
        // Whoever removed it before did the same.
        let _ = std::fs::remove_file(path);
    }
    part
}
