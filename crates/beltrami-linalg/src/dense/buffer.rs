//! Memory for arrays: lines of cache begin with an entry, and what is large lies in huge pages.

use std::fmt::Debug;
use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;
use pulp::bytemuck::{cast_slice, cast_slice_mut};

use crate::dense::Element;

/// Bytes of a line of cache: no vector at the start of an array, or of a row of whole lines, then lies in two.
const LINE: usize = 64;

/// Bytes from which huge pages are asked for, as NumPy does: most of an array then lies in some.
const HUGE: usize = 1 << 22;

/// Zeros, to be written to.
pub struct Buffer<T> {
    memory: Memory<T>,
    len: usize,
}

enum Memory<T> {
    /// The entries begin here.
    Owned(Vec<T>, usize),
    Mapped(MmapMut),
}

impl<T: Element> Buffer<T> {
    /// An array of zeros.
    pub fn zeros(len: usize) -> Buffer<T> {
        let bytes = len.saturating_mul(size_of::<T>());
        if bytes >= HUGE
            && let Ok(map) = MmapMut::map_anon(bytes)
        {
            // Without huge pages the memory is the same, and slower.
            #[cfg(target_os = "linux")]
            let _ = map.advise(memmap2::Advice::HugePage);
            return Buffer { memory: Memory::Mapped(map), len };
        }
        let spare = if len == 0 { 0 } else { LINE / size_of::<T>() };
        let entries = vec![T::ZERO; len + spare];
        let start = entries.as_ptr().align_offset(LINE).min(spare);
        Buffer { memory: Memory::Owned(entries, start), len }
    }
}

impl<T: Element> Default for Buffer<T> {
    fn default() -> Buffer<T> {
        Buffer::zeros(0)
    }
}

impl<T: Element> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.memory {
            Memory::Owned(entries, start) => &entries[*start..][..self.len],
            Memory::Mapped(map) => cast_slice(map),
        }
    }
}

impl<T: Element> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.memory {
            Memory::Owned(entries, start) => &mut entries[*start..][..self.len],
            Memory::Mapped(map) => cast_slice_mut(map),
        }
    }
}

impl<T: Element> Debug for Buffer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Element> FromIterator<T> for Buffer<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Buffer<T> {
        let entries: Vec<T> = entries.into_iter().collect();
        let mut buffer = Buffer::zeros(entries.len());
        buffer.copy_from_slice(&entries);
        buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_of_any_size_are_zeros_at_the_start_of_a_line() {
        for len in [0, 1, 7, 1000, HUGE / 8 - 1, HUGE / 8, HUGE] {
            let mut buffer = Buffer::<f64>::zeros(len);
            assert!(buffer.len() == len && buffer.iter().all(|x| *x == 0.0), "{len}");
            assert!(len == 0 || buffer.as_ptr().addr().is_multiple_of(LINE), "{len}");
            if let Some(last) = buffer.last_mut() {
                *last = 1.0;
            }
            assert!(len == 0 || buffer[len - 1] == 1.0, "{len}");
        }
        let from: Buffer<f32> = [1.0, 2.0, 3.0].into_iter().collect();
        assert!(from[..] == [1.0, 2.0, 3.0]);
    }
}
