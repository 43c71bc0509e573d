//! Arrays that are symmetric in two axes, of which one triangle is computed and moved.

use beltrami_linalg::dense::{Element, Vectors};

/// Axes of an array: those before the two, the side of the two, and those after them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Triangle {
    pub(crate) outer: usize,
    pub(crate) side: usize,
    pub(crate) inner: usize,
}

impl Triangle {
    /// Pairs of values of the two indices, the first at most the second.
    pub(crate) fn pairs(side: usize) -> usize {
        side * (side + 1) / 2
    }
}

/// `out ← ` the entries of the triangle, in which the first index is at most the second, row by row.
pub(crate) fn pack<T: Element>(out: &mut [T], from: &[T], triangle: Triangle) {
    let Triangle { side, inner, .. } = triangle;
    let size = side * inner;
    let wholes = from.chunks_exact(side * size);
    for (out, from) in out.chunks_exact_mut(Triangle::pairs(side) * inner).zip(wholes) {
        let mut place = 0;
        for (p, row) in from.chunks_exact(size).enumerate() {
            let row = &row[p * inner..];
            out[place..place + row.len()].copy_from_slice(row);
            place += row.len();
        }
    }
}

/// `out ← ` both triangles from one.
pub(crate) fn unpack<T: Element>(out: &mut [T], from: &[T], triangle: Triangle) {
    Vectors::new().run(
        #[inline(always)]
        || unpack_kernel(out, from, triangle),
    );
}

#[inline(always)]
fn unpack_kernel<T: Element>(out: &mut [T], from: &[T], triangle: Triangle) {
    let Triangle { side, inner, .. } = triangle;
    let size = side * inner;
    let packed = from.chunks_exact(Triangle::pairs(side) * inner);
    for (out, from) in out.chunks_exact_mut(side * size).zip(packed) {
        let mut place = 0;
        for p in 0..side {
            let len = (side - p) * inner;
            out[p * size + p * inner..][..len].copy_from_slice(&from[place..place + len]);
            place += len;
        }
        for p in 1..side {
            let (above, row) = out.split_at_mut(p * size);
            if inner == 1 {
                for (q, to) in row[..p].iter_mut().enumerate() {
                    *to = above[q * size + p];
                }
                continue;
            }
            for (q, to) in row[..p * inner].chunks_exact_mut(inner).enumerate() {
                to.copy_from_slice(&above[q * size + p * inner..][..inner]);
            }
        }
    }
}
