//! Entries moved to other places: permuted axes, and what lies on diagonals of a larger array.

use beltrami_linalg::dense::{Element, Vectors, turn};

use crate::plan::node::{Layout, MOST_INDICES};

/// How the entries of the innermost loops lie.
enum Inner {
    /// Runs that are copied as they are.
    Run(usize),
    /// Blocks whose rows become columns: of `height` rows there and `width` here, with the steps from row to row.
    Turn {
        height: usize,
        width: usize,
        from: usize,
        to: usize,
    },
    One,
}

/// `out ← ` the entries of `from` at their places, zero elsewhere, which a `clean` one is already.
pub(crate) fn arrange<T: Element>(out: &mut [T], clean: bool, from: &[T], layout: &Layout) {
    let count: usize = layout.sizes.iter().product();
    if count < out.len() && !clean {
        out.fill(T::ZERO);
    }
    let mut axes = [Axis { size: 1, from: 0, to: 0 }; MOST_INDICES];
    let axes = merged(layout, &mut axes);
    let last = axes.iter().position(|axis| axis.to == 1);
    let first = axes.iter().position(|axis| axis.from == 1);
    let (inner, used) = match (last, first) {
        (Some(l), Some(q)) if l == q => (Inner::Run(axes[l].size), [l, l]),
        (Some(l), Some(q)) => {
            let (l_axis, q_axis) = (axes[l], axes[q]);
            let turn = Inner::Turn {
                height: l_axis.size,
                width: q_axis.size,
                from: l_axis.from,
                to: q_axis.to,
            };
            (turn, [l, q])
        }
        _ => (Inner::One, [usize::MAX; 2]),
    };
    let mut outer = [Axis { size: 1, from: 0, to: 0 }; MOST_INDICES];
    let mut count = 0;
    for (k, axis) in axes.iter().enumerate() {
        if !used.contains(&k) {
            outer[count] = *axis;
            count += 1;
        }
    }
    let vectors = Vectors::new();
    vectors.run(
        #[inline(always)]
        || walk(vectors, out, from, &outer[..count], &inner),
    );
}

#[derive(Clone, Copy)]
struct Axis {
    size: usize,
    from: usize,
    to: usize,
}

/// The axes without those of one value, neighbours that are one run on both sides joined.
fn merged<'a>(layout: &Layout, axes: &'a mut [Axis; MOST_INDICES]) -> &'a [Axis] {
    let mut count: usize = 0;
    let all = layout.sizes.iter().zip(&layout.from).zip(&layout.to);
    for ((size, from), to) in all.filter(|((size, _), _)| **size > 1) {
        let next = Axis { size: *size, from: *from, to: *to };
        if let Some(before) = count.checked_sub(1).map(|k| &mut axes[k])
            && before.from == next.from * next.size
            && before.to == next.to * next.size
        {
            *before = Axis { size: before.size * next.size, ..next };
        } else {
            axes[count] = next;
            count += 1;
        }
    }
    &axes[..count]
}

#[inline(always)]
fn walk<T: Element>(vectors: Vectors, out: &mut [T], from: &[T], outer: &[Axis], inner: &Inner) {
    let mut counter = [0_usize; MOST_INDICES];
    let (mut read, mut write) = (0, 0);
    loop {
        match *inner {
            Inner::Run(n) => out[write..write + n].copy_from_slice(&from[read..read + n]),
            Inner::Turn { height, width, from: step, to } => {
                turn(vectors, &mut out[write..], to, &from[read..], step, height, width);
            }
            Inner::One => out[write] = from[read],
        }
        let mut axis = outer.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            let here = outer[axis];
            counter[axis] += 1;
            read += here.from;
            write += here.to;
            if counter[axis] < here.size {
                break;
            }
            read -= here.size * here.from;
            write -= here.size * here.to;
            counter[axis] = 0;
        }
    }
}
