//! How much data a command may have.

use beltrami_diag::codes;

use crate::wrong::Wrong;

/// Entries of all arrays of a command together, 2 GiB as `f64`.
const MOST_ENTRIES: usize = 1 << 28;

/// What may still be read.
#[derive(Clone, Debug)]
pub struct Budget {
    left: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { left: MOST_ENTRIES }
    }
}

impl Budget {
    /// Takes the entries of an array of these axes, of which no size is trusted.
    pub fn take(&mut self, axes: &[u64]) -> Result<usize, Wrong> {
        let count = match axes.contains(&0) {
            true => Some(0),
            false => axes.iter().try_fold(1_u64, |count, n| count.checked_mul(*n)),
        };
        let count = count.and_then(|count| usize::try_from(count).ok());
        match count.and_then(|count| Some((count, self.left.checked_sub(count)?))) {
            Some((count, left)) => {
                self.left = left;
                Ok(count)
            }
            None => {
                let sizes: Vec<String> = axes.iter().map(u64::to_string).collect();
                Err(Wrong {
                    code: &codes::E0602,
                    reason: format!(
                        "it is {}, and the data of a command has at most {MOST_ENTRIES} entries",
                        sizes.join("×")
                    ),
                    hint: "give a part of it".into(),
                })
            }
        }
    }
}

/// Room for this many more, refused where the system has none.
pub fn reserve<T>(entries: &mut Vec<T>, more: usize) -> Result<(), Wrong> {
    entries.try_reserve(more).map_err(|_| {
        Wrong::file(format!(
            "there is no memory for {} bytes",
            (entries.len() + more) * size_of::<T>()
        ))
        .hint("give a part of it")
    })
}
